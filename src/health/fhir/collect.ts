/** Takes a file apart into its resources, whatever holds them: nothing, a bundle, bundles in bundles, or lines. */
import { at, isObject, stringAt, type JsonObject } from './json-reader.ts';
import type { JsonText } from './json-text.ts';
import { BUNDLE_DEPTH_MAX } from './limits.ts';
import type { ProblemList } from './problem-list.ts';
import type { FhirResource } from './resource.ts';

/** A piece that the structure check looks at by itself. */
export interface CheckedPart {
  readonly type: 'resource' | 'entry';
  readonly path: string;
  readonly body: JsonObject;
}

export interface Collected {
  readonly resources: readonly FhirResource[];
  readonly parts: readonly CheckedPart[];
}

export function collectResources(text: JsonText, problems: ProblemList): Collected {
  const collector = new Collector(problems);
  if (text.type === 'json') {
    collector.resource(text.value, stringAt(text.value, 'resourceType') ?? '', undefined, 0);
    return collector;
  }
  for (const { line, value } of text.lines) {
    if (value === undefined) problems.add(`line[${line}]`, 'not-an-object', 'this line is no JSON');
    else collector.resource(value, `line[${line}]`, undefined, 0);
  }
  return collector;
}

class Collector implements Collected {
  readonly resources: FhirResource[] = [];
  readonly parts: CheckedPart[] = [];
  readonly #problems: ProblemList;

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  resource(body: unknown, path: string, fullUrl: string | undefined, depth: number): void {
    if (!isObject(body)) {
      this.#problems.add(path, 'not-an-object', 'a resource is an object');
      return;
    }
    this.parts.push({ type: 'resource', path, body });
    const resourceType = stringAt(body, 'resourceType');
    if (resourceType === 'Bundle' && depth < BUNDLE_DEPTH_MAX) this.#entries(body, path, depth);
    else if (resourceType !== undefined) {
      this.resources.push({ path, resourceType, body, ...(fullUrl === undefined ? {} : { fullUrl }) });
    }
  }

  #entries(bundle: JsonObject, path: string, depth: number): void {
    const entries = at(bundle, 'entry');
    if (entries === undefined) return;
    if (!Array.isArray(entries)) {
      this.#problems.add(`${path}.entry`, 'wrong-type', 'a list expected');
      return;
    }
    for (const [index, entry] of (entries as readonly unknown[]).entries()) {
      const entryPath = `${path}.entry[${index}]`;
      if (!isObject(entry)) {
        this.#problems.add(entryPath, 'not-an-object', 'an entry is an object');
        continue;
      }
      this.parts.push({ type: 'entry', path: entryPath, body: entry });
      // Deletions and answers in transactions come without a resource.
      if (at(entry, 'resource') !== undefined) {
        this.resource(at(entry, 'resource'), `${entryPath}.resource`, stringAt(entry, 'fullUrl'), depth + 1);
      } else if (at(entry, 'request') === undefined && at(entry, 'response') === undefined) {
        this.#problems.add(entryPath, 'missing-element', 'resource');
      }
    }
  }
}
