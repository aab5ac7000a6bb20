/** Reads a FHIR R4 file: any resource, any bundle, or newline-delimited resources. */
import { accept, reject, VALID, type Result, type Verdict } from '../../core/result.ts';
import { collectResources } from './collect.ts';
import { isObject, stringAt } from './json-reader.ts';
import { hasMoreValuesThan } from './json-size.ts';
import { parseJsonText, type JsonText } from './json-text.ts';
import { CHECKED_PER_PAUSE, ENTRIES_MAX, FHIR_BYTES_MAX, JSON_VALUES_MAX } from './limits.ts';
import { ProblemList } from './problem-list.ts';
import { OTHER_VERSION_TYPES, R4_TYPES } from './r4-types.ts';
import type { ParsedRecord } from './record.ts';
import { ReferenceIndex } from './references.ts';
import { StructureCheck } from './structure-check.ts';
import { findOtherVersion, namedOtherVersion } from './version-signs.ts';

export type { ParsedRecord } from './record.ts';

export interface ParseOptions {
  /** Awaited about every 20 ms of work, so that the thread can serve others. */
  readonly pause: () => Promise<void>;
  /** Resources and bundle entries checked, of those in the file. */
  readonly onProgress?: (done: number, total: number) => void;
}

export type ParseCode =
  'file-empty' | 'file-too-large' | 'file-not-json' | 'file-not-fhir' | 'file-unsupported-version';

/**
 * Reads a file as far as it can be read: a broken entry becomes a remark with its path and leaves the others alone.
 *
 * @param bytes  UTF-8, with or without byte-order mark, at most FHIR_BYTES_MAX
 * @returns `file-not-json` with line and column of the first error; `file-not-fhir` when nothing in it says which resource
 *   it is; `file-unsupported-version` when it shows another version than R4; `file-too-large` by bytes, values or entries
 */
export async function parseRecord(bytes: Uint8Array, options: ParseOptions): Promise<Result<ParsedRecord, ParseCode>> {
  if (bytes.length > FHIR_BYTES_MAX) return reject('file-too-large', `${bytes.length} bytes`);
  if (hasMoreValuesThan(bytes, JSON_VALUES_MAX)) {
    return reject('file-too-large', `more than ${JSON_VALUES_MAX} values`);
  }
  const text = parseJsonText(bytes);
  if (!text.ok) return text;
  await options.pause();

  const isFhir = checkIsFhir(text.value);
  if (!isFhir.ok) return isFhir;
  const problems = new ProblemList();
  const { resources, parts } = collectResources(text.value, problems);
  if (parts.length > 2 * ENTRIES_MAX) return reject('file-too-large', `more than ${ENTRIES_MAX} entries`);
  const foreign = findOtherVersion(resources);
  if (foreign) return reject('file-unsupported-version', foreign.path);

  const references = new ReferenceIndex();
  for (const resource of resources) references.add(resource);
  const root = text.value.type === 'json' ? text.value.value : undefined;
  const isBundle = stringAt(root, 'resourceType') === 'Bundle';
  await options.pause();

  const check = new StructureCheck(problems, (url) => !isBundle || references.hasUrl(url));
  let pauseAt = CHECKED_PER_PAUSE;
  for (const [index, part] of parts.entries()) {
    if (part.type === 'entry') check.checkEntry(part.body, part.path);
    else check.checkResource(part.body, part.path);
    if (check.checked < pauseAt) continue;
    pauseAt = check.checked + CHECKED_PER_PAUSE;
    options.onProgress?.(index + 1, parts.length);
    await options.pause();
  }
  options.onProgress?.(parts.length, parts.length);

  const bundleType = isBundle ? stringAt(root, 'type') : undefined;
  return accept({
    format: text.value.type === 'ndjson' ? 'ndjson' : isBundle ? 'bundle' : 'resource',
    ...(bundleType === undefined ? {} : { bundleType }),
    resources,
    references,
    problems: problems.shown,
    problemCount: problems.count,
  });
}

function checkIsFhir(text: JsonText): Verdict<'file-not-fhir' | 'file-unsupported-version'> {
  const roots = text.type === 'json' ? [text.value] : text.lines.map(({ value }) => value);
  let foreign: string | undefined;
  let unknown: string | undefined;
  for (const root of roots) {
    const type = stringAt(root, 'resourceType');
    if (!isObject(root) || type === undefined) continue;
    const version = namedOtherVersion(root);
    if (version !== undefined || OTHER_VERSION_TYPES.has(type)) foreign ??= version ?? type;
    else if (R4_TYPES.has(type)) return VALID;
    else unknown ??= type;
  }
  if (foreign !== undefined) return reject('file-unsupported-version', foreign);
  return reject('file-not-fhir', unknown === undefined ? 'no resourceType' : `resourceType ${unknown.slice(0, 64)}`);
}
