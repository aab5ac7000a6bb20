/**
 * Undo data: what a block overwrote, so that a reorg can take the block off again without replaying the chain.
 * Together with the lattice accumulator it restores the state before the block bit by bit.
 */
import { decode, Writer, type DecodeCode } from './codec.ts';
import { StateKey } from './ids.ts';
import { Accumulation } from './lthash.ts';
import type { Result } from './result.ts';
import type { StateChange, StateChanges, StateReader } from './state-view.ts';

/** The value each changed key had before the block; undefined where it had none. Keys ascending. */
export type UndoData = ReadonlyMap<StateKey, Uint8Array | undefined>;

/** What a block does to the state, or what undoing it does. */
export interface StateTransition {
  readonly changes: StateChanges;
  /** 2,048 bytes: of the state after the changes. */
  readonly accumulator: Uint8Array;
}

const STATE_KEY_BYTES_MAX = 33;
/** Of one value: an identity or an account stays far below. */
const VALUE_BYTES_MAX = 1 << 20;

/** list of: key varbytes | 0, or 1 and value varbytes. Keys ascending, so that equal changes mean equal bytes. */
export function encodeUndo(changes: StateChanges): Uint8Array {
  const sorted = [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Writer()
    .list(sorted, (writer, [key, { before }]) => {
      writer.varbytes(StateKey.toBytes(key));
      if (before === undefined) writer.u8(0);
      else writer.u8(1).varbytes(before);
    })
    .finish();
}

/** For a row read back from disk: a damaged one is a value, not a throw. */
export function decodeUndo(bytes: Uint8Array): Result<UndoData, DecodeCode> {
  return decode(bytes, bytes.length, (reader) => {
    let last = '';
    const entries = reader.list(bytes.length, (r): [StateKey, Uint8Array | undefined] => {
      const key = StateKey.of(r.varbytes(STATE_KEY_BYTES_MAX));
      if (key <= last) r.fail('non-canonical', `undo key ${key} out of order`);
      last = key;
      const present = r.u8();
      if (present > 1) r.fail('bad-value', `undo flag ${present}`);
      return [key, present === 1 ? r.varbytes(VALUE_BYTES_MAX) : undefined];
    });
    return new Map(entries);
  });
}

/**
 * The transition back over one block. Pure: nothing is written.
 * @param state  the state after the block; must have the keys of `undo` loaded
 * @param accumulator  of the state after the block
 */
export function undoBlock(state: StateReader, accumulator: Uint8Array, undo: UndoData): StateTransition {
  const changes = new Map<StateKey, StateChange>();
  for (const [key, after] of undo) changes.set(key, { before: state(key), after });
  return { changes, accumulator: accumulate(accumulator, changes) };
}

/** The accumulator after the changes; the given one is left as it is. */
export function accumulate(accumulator: Uint8Array, changes: StateChanges): Uint8Array {
  const sum = new Accumulation(accumulator);
  for (const [key, { before, after }] of changes) {
    const keyBytes = StateKey.toBytes(key);
    if (before) sum.remove(keyBytes, before);
    if (after) sum.add(keyBytes, after);
  }
  return sum.bytes();
}
