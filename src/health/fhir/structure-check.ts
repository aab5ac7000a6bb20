/**
 * Checks one resource against the shape that FHIR R4 gives it: known type, required elements, lists and single values,
 * primitive types, dates, references that stay inside the file. Never called validity: profiles, terminologies and
 * invariants are not looked at.
 */
import { isFhirDate, type DateType } from './fhir-date.ts';
import { at, isObject, type JsonObject } from './json-reader.ts';
import { DEPTH_MAX } from './limits.ts';
import type { ProblemList } from './problem-list.ts';
import { rulesOf, rulesOfResource, type ElementRule, type TypeRules } from './r4-model.ts';
import { R4_TYPES } from './r4-types.ts';

/** Whether a reference that claims to stay inside the file finds something there. */
export type ReferenceTest = (reference: string) => boolean;

const PRIMITIVES: ReadonlyMap<string, 'string' | 'number' | 'boolean'> = new Map([
  ...[
    'string',
    'code',
    'uri',
    'url',
    'canonical',
    'markdown',
    'id',
    'oid',
    'uuid',
    'base64Binary',
    'time',
    'xhtml',
  ].map((type) => [type, 'string'] as const),
  ...['date', 'dateTime', 'instant'].map((type) => [type, 'string'] as const),
  ...['integer', 'positiveInt', 'unsignedInt', 'decimal'].map((type) => [type, 'number'] as const),
  ['boolean', 'boolean'],
]);
const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['integer', 'positiveInt', 'unsignedInt']);
const DATE_TYPES: ReadonlySet<string> = new Set(['date', 'dateTime', 'instant']);
/** `valueQuantity`, `valueString`... of extensions, whose value may have any type. */
const EXTENSION_VALUE = /^value[A-Z]/;

export class StructureCheck {
  readonly #problems: ProblemList;
  readonly #isInFile: ReferenceTest;
  #checked = 0;
  #containedIds: ReadonlySet<string> = new Set();
  #tooDeep = false;

  /** @param isInFile  asked for `urn:uuid:` and `urn:oid:` references only */
  constructor(problems: ProblemList, isInFile: ReferenceTest) {
    this.#problems = problems;
    this.#isInFile = isInFile;
  }

  /** JSON values looked at so far. */
  get checked(): number {
    return this.#checked;
  }

  /** Of bundles all but the entries. */
  checkResource(resource: unknown, path: string): void {
    this.#tooDeep = false;
    this.#containedIds = idsOf(at(resource, 'contained'));
    this.#resource(resource, path, 0);
  }

  /** All of a bundle's entry but its resource. */
  checkEntry(entry: JsonObject, path: string): void {
    this.#tooDeep = false;
    this.#members(entry, path, rulesOf('Bundle.entry'), 0, 'resource');
  }

  #resource(value: unknown, path: string, depth: number): void {
    if (!isObject(value)) {
      this.#problems.add(path, 'not-an-object', describe(value));
      return;
    }
    const type = value['resourceType'];
    if (typeof type !== 'string' || type === '') {
      this.#problems.add(path, 'no-resource-type', 'resourceType');
      return;
    }
    if (!R4_TYPES.has(type)) this.#problems.add(path, 'unknown-resource-type', type);
    this.#members(value, path, rulesOfResource(type), depth, type === 'Bundle' ? 'entry' : undefined);
  }

  #members(object: JsonObject, path: string, rules: TypeRules, depth: number, skipped?: string): void {
    if (this.#isTooDeep(depth, path)) return;
    for (const name of Object.keys(object)) {
      this.#checked++;
      if (name === skipped || name === 'resourceType') continue;
      const value = object[name];
      const rule = rules.elements.get(name);
      if (rule) this.#element(value, `${path}.${name}`, rule, depth);
      else this.#anything(value, `${path}.${name}`, depth + 1);
    }
    for (const rule of rules.required) {
      if (!isThere(object, rule.name)) this.#problems.add(path, 'missing-element', rule.name);
    }
    for (const choice of rules.choices) {
      const present = choice.names.filter((name) => isThere(object, name));
      if (present.length > 1) {
        this.#problems.add(path, 'wrong-type', `only one ${choice.name} is allowed: ${present.join(', ')}`);
      } else if (choice.required && present.length === 0) {
        this.#problems.add(path, 'missing-element', choice.name);
      }
    }
  }

  #element(value: unknown, path: string, rule: ElementRule, depth: number): void {
    if (!rule.list) {
      if (Array.isArray(value)) this.#problems.add(path, 'wrong-type', `one ${rule.type} expected, found a list`);
      else this.#value(value, path, rule.type, depth);
      return;
    }
    if (!Array.isArray(value)) {
      this.#problems.add(path, 'wrong-type', `a list of ${rule.type} expected, found ${describe(value)}`);
      return;
    }
    const isPrimitive = PRIMITIVES.has(rule.type);
    for (const [index, each] of (value as readonly unknown[]).entries()) {
      // Where a primitive has only an extension, its place in the list is held by null.
      if (each !== null || !isPrimitive) this.#value(each, `${path}[${index}]`, rule.type, depth);
    }
  }

  #value(value: unknown, path: string, type: string, depth: number): void {
    const primitive = PRIMITIVES.get(type);
    if (primitive) this.#primitive(value, path, type, primitive);
    else if (type === 'Resource') this.#resource(value, path, depth + 1);
    else if (!isObject(value)) this.#problems.add(path, 'wrong-type', `${type} expected, found ${describe(value)}`);
    else if (type === 'Extension') this.#extension(value, path, depth + 1);
    else {
      if (type === 'Reference') this.#reference(value['reference'], path);
      this.#members(value, path, rulesOf(type), depth + 1);
    }
  }

  #primitive(value: unknown, path: string, type: string, expected: 'string' | 'number' | 'boolean'): void {
    if (typeof value !== expected) {
      this.#problems.add(path, 'wrong-type', `${type} expected, found ${describe(value)}`);
    } else if (value === '') {
      this.#problems.add(path, 'wrong-type', `${type} expected, found nothing`);
    } else if (WHOLE_NUMBERS.has(type) && !Number.isInteger(value)) {
      this.#problems.add(path, 'wrong-type', `${type} expected, found a fraction`);
    } else if (DATE_TYPES.has(type) && !isFhirDate(value as string, type as DateType)) {
      this.#problems.add(path, 'bad-date', `no ${type}: ${value as string}`);
    }
  }

  #extension(extension: JsonObject, path: string, depth: number): void {
    const values = Object.keys(extension).filter((name) => EXTENSION_VALUE.test(name));
    if (values.length > 1) this.#problems.add(path, 'wrong-type', `only one value[x] is allowed: ${values.join(', ')}`);
    if (!isThere(extension, 'url')) this.#problems.add(path, 'missing-element', 'url');
    this.#members(extension, path, rulesOf('Extension'), depth);
  }

  /** What the table does not describe: only its depth and its references are looked at. */
  #anything(value: unknown, path: string, depth: number): void {
    if (typeof value !== 'object' || value === null) return;
    if (this.#isTooDeep(depth, path)) return;
    if (Array.isArray(value)) {
      this.#checked += value.length;
      for (const [index, each] of value.entries()) this.#anything(each, `${path}[${index}]`, depth + 1);
      return;
    }
    if (isObject(value)) {
      this.#reference(value['reference'], path);
      this.#members(value, path, rulesOf(''), depth);
    }
  }

  /** Said once for a resource, however many of its branches go too far. */
  #isTooDeep(depth: number, path: string): boolean {
    if (depth <= DEPTH_MAX) return false;
    if (!this.#tooDeep) this.#problems.add(path, 'too-deep', `more than ${DEPTH_MAX} levels`);
    this.#tooDeep = true;
    return true;
  }

  #reference(reference: unknown, path: string): void {
    if (typeof reference !== 'string') return;
    const isContained = reference.startsWith('#');
    if (!isContained && !/^urn:(uuid|oid):/.test(reference)) return;
    const isFound = isContained
      ? reference === '#' || this.#containedIds.has(reference.slice(1))
      : this.#isInFile(reference);
    if (!isFound) this.#problems.add(`${path}.reference`, 'dangling-reference', reference);
  }
}

function idsOf(contained: unknown): ReadonlySet<string> {
  const ids = new Set<string>();
  if (!Array.isArray(contained)) return ids;
  for (const each of contained as readonly unknown[]) {
    if (isObject(each) && typeof each['id'] === 'string') ids.add(each['id']);
  }
  return ids;
}

/** A primitive without a value may say why in the extension next to it. */
function isThere(object: JsonObject, name: string): boolean {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) return true;
  return Object.hasOwn(object, `_${name}`);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
