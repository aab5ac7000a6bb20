/** Changes to a valid encoding, as somebody hostile or a broken disk would make them: recipes, so that they shrink. */
import fc from 'fast-check';
import { Seeded } from '../../support/seeded.ts';

/** A byte string or a text, as numbers: bytes or UTF-16 code units. */
export interface Units {
  /** One above the largest. */
  readonly limit: number;
  /** Single values that decoders stumble over. */
  readonly special: readonly number[];
  /** Runs of them: lengths blown up, nesting. */
  readonly runs: readonly (readonly number[])[];
  /** What may pass for a value somewhere on the way: letters that fold or normalise to it. */
  readonly lookalikes: ReadonlyMap<number, readonly number[]>;
}

const OPERATIONS = [
  'flip',
  'special',
  'any',
  'truncate',
  'insert',
  'duplicate',
  'splice',
  'run',
  'tail',
  'lookalike',
] as const;

export interface Mutation {
  readonly operation: (typeof OPERATIONS)[number];
  readonly at: number;
  readonly value: number;
}

/** Fields that say how long the rest is stand at the front. */
const position = fc.oneof(fc.nat(48), fc.nat());

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({ operation: fc.constantFrom(...OPERATIONS), at: position, value: fc.nat() }),
  { minLength: 1, maxLength: 4 },
);

/** @param other another valid encoding, for splices */
export function mutate(
  units: Units,
  valid: readonly number[],
  other: readonly number[],
  recipe: readonly Mutation[],
): number[] {
  return recipe.reduce((changed, mutation) => applyOne(units, changed, other, mutation), [...valid]);
}

function applyOne(units: Units, current: number[], other: readonly number[], { operation, at, value }: Mutation) {
  const place = at % (current.length + 1);
  const head = current.slice(0, place);
  const rest = current.slice(place);
  const length = 1 + (value % 32);
  switch (operation) {
    case 'flip':
      return withUnit(current, place, (unit) => unit ^ (1 << (value % 8)));
    case 'special':
      return withUnit(current, place, () => units.special[value % units.special.length]!);
    case 'any':
      return withUnit(current, place, () => value % units.limit);
    case 'truncate':
      return head;
    case 'insert':
      return [...head, ...noise(units, value, length), ...rest];
    case 'duplicate':
      return [...head, ...rest.slice(0, length), ...rest];
    case 'splice':
      return [...head, ...other.slice(value % (other.length + 1))];
    case 'run': {
      const run = units.runs[value % units.runs.length]!;
      // In place of one unit, of as many, or of none.
      const replaced = [0, 1, run.length][Math.floor(value / units.runs.length) % 3]!;
      return [...head, ...run, ...rest.slice(replaced)];
    }
    case 'tail':
      return [...head, ...noise(units, value, rest.length)];
    case 'lookalike': {
      const found = rest.findIndex((unit) => units.lookalikes.has(unit));
      const alike = units.lookalikes.get(rest[found] ?? -1) ?? [];
      return withUnit(current, place + found, (unit) => alike[value % alike.length] ?? unit);
    }
  }
}

function withUnit(current: number[], place: number, change: (unit: number) => number): number[] {
  const unit = current[place];
  if (unit !== undefined) current[place] = change(unit);
  return current;
}

function noise(units: Units, seed: number, length: number): number[] {
  const random = new Seeded(seed);
  return Array.from({ length }, () => random.below(units.limit));
}
