/** The ledger's state as a transaction sees it: what is stored, under what has not been stored yet. */
import { equalBytes } from './bytes.ts';
import type { StateKey } from './ids.ts';
import { assert } from './result.ts';

/** The stored value, or undefined where the key is not in the state. Synchronous: the node loads keys beforehand. */
export type StateReader = (key: StateKey) => Uint8Array | undefined;

export interface StateChange {
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** Net changes by key; a key whose value ended as it began is not among them. */
export type StateChanges = ReadonlyMap<StateKey, StateChange>;

/**
 * Reads from what was loaded in one batch. Asking for any other key is a bug: `touches` told less than `apply` needs,
 * and "not loaded" must never pass for "not there".
 * @param values  one per key, in order, as `ChainStore.getState` returns them
 */
export function preloadedState(keys: readonly StateKey[], values: readonly (Uint8Array | undefined)[]): StateReader {
  assert(keys.length === values.length, `${values.length} values for ${keys.length} keys`);
  const loaded = new Map(keys.map((key, i) => [key, values[i]]));
  return (key) => {
    assert(loaded.has(key), `state key ${key} was not loaded`);
    return loaded.get(key);
  };
}

/** Writes stay here until somebody takes them: what fails half way is dropped with the view. */
export class StateView {
  private readonly base: StateReader;
  private readonly written = new Map<StateKey, Uint8Array | undefined>();

  constructor(base: StateReader) {
    this.base = base;
  }

  readonly get: StateReader = (key) => (this.written.has(key) ? this.written.get(key) : this.base(key));

  /** Undefined deletes. The bytes are kept, not copied. */
  set(key: StateKey, value: Uint8Array | undefined): void {
    this.written.set(key, value);
  }

  /** Takes over what another view wrote, which was opened on this one. */
  absorb(upper: StateView): void {
    for (const [key, value] of upper.written) this.written.set(key, value);
  }

  /** Takes over changes that were worked out elsewhere, such as a block's. */
  absorbChanges(changes: StateChanges): void {
    for (const [key, { after }] of changes) this.written.set(key, after);
  }

  /** What this view would change in its base. */
  changes(): Map<StateKey, StateChange> {
    const changes = new Map<StateKey, StateChange>();
    for (const [key, after] of this.written) {
      const before = this.base(key);
      if (!sameValue(before, after)) changes.set(key, { before, after });
    }
    return changes;
  }
}

function sameValue(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return equalBytes(a, b);
}
