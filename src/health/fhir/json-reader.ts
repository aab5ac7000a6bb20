/** Reads JSON of unknown shape: whatever is absent or of the wrong type is undefined, and nothing throws. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at the end of a path of own members; `__proto__` and `constructor` are names like any other. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (!isObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

/** A list as it is, one value as a list of one, nothing as an empty list. */
export function asArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The first of a list, or the value itself where there is no list. */
export function first(value: unknown): unknown {
  return Array.isArray(value) ? (value as readonly unknown[])[0] : value;
}

export function stringAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export interface ChoiceValue {
  readonly type: string;
  readonly value: unknown;
}

/** The value of a choice such as `onset[x]`, with the type that its name ends in. */
export function choiceOf(object: unknown, name: string, types: readonly string[]): ChoiceValue | undefined {
  for (const type of types) {
    const value = at(object, name + type);
    if (value !== undefined && value !== null) return { type, value };
  }
  return undefined;
}
