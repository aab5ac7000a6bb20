import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import { StateKey } from '../../../src/core/ids.ts';
import { emptyAccumulator } from '../../../src/core/lthash.ts';
import { AssertionError } from '../../../src/core/result.ts';
import { preloadedState, StateView } from '../../../src/core/state-view.ts';
import { accumulate, decodeUndo, encodeUndo, undoBlock } from '../../../src/core/undo.ts';

const key = (...bytes: number[]) => StateKey.of(Uint8Array.from(bytes));
const value = (...bytes: number[]) => Uint8Array.from(bytes);
const A = key(1, 1);
const B = key(1, 2);
const C = key(2);

describe('a view', () => {
  const stored = () => preloadedState([A, B, C], [value(1), value(2), undefined]);

  test('shows what was written over what is stored, and reports what ended up different', () => {
    const view = new StateView(stored());
    view.set(A, value(9));
    view.set(A, value(1));
    view.set(B, undefined);
    view.set(C, value(3));
    expect([A, B, C].map((k) => view.get(k))).toEqual([value(1), undefined, value(3)]);
    expect(view.changes()).toEqual(
      new Map([
        [B, { before: value(2), after: undefined }],
        [C, { before: undefined, after: value(3) }],
      ]),
    );
  });

  test('takes over another view’s writes only when told', () => {
    const view = new StateView(stored());
    const upper = new StateView(view.get);
    upper.set(A, value(7));
    expect(view.get(A)).toEqual(value(1));
    view.absorb(upper);
    expect(view.get(A)).toEqual(value(7));
    view.absorbChanges(new Map([[A, { before: value(7), after: undefined }]]));
    expect(view.get(A)).toBeUndefined();
  });

  test('stops at a key that was not loaded', () => {
    expect(() => new StateView(stored()).get(key(9))).toThrow(AssertionError);
    expect(() => preloadedState([A], [])).toThrow(AssertionError);
  });
});

describe('undo data', () => {
  const changes = new Map([
    [B, { before: value(5, 6), after: undefined }],
    [A, { before: undefined, after: value(1) }],
    [C, { before: value(), after: value(2) }],
  ]);

  test('holds what was there before, in key order', () => {
    const bytes = encodeUndo(changes);
    expect(toHex(bytes)).toBe('03' + '02010100' + '02010201020506' + '01020100');
    expect(decodeUndo(bytes)).toEqual({
      ok: true,
      value: new Map([
        [A, undefined],
        [B, value(5, 6)],
        [C, value()],
      ]),
    });
  });

  test('leads back to the accumulator and the values before', () => {
    const after = accumulate(emptyAccumulator(), changes);
    const state = preloadedState([A, B, C], [value(1), undefined, value(2)]);
    const undo = decodeUndo(encodeUndo(changes));
    const back = undoBlock(state, after, undo.ok ? undo.value : new Map());
    expect(back.accumulator).toEqual(emptyAccumulator());
    expect(back.changes.get(B)).toEqual({ before: undefined, after: value(5, 6) });
    expect(back.changes.get(A)).toEqual({ before: value(1), after: undefined });
  });

  test.each([
    ['cut short', '03020101', 'truncated'],
    ['with more after it', '0000', 'trailing-bytes'],
    ['with a key twice', '02' + '02010100' + '02010100', 'non-canonical'],
    ['with keys out of order', '02' + '02010200' + '02010100', 'non-canonical'],
    ['with an unknown flag', '0102010102', 'bad-value'],
    ['with a key too long', '0122' + '00'.repeat(36), 'oversized'],
  ])('damaged: %s', (_what, hex, code) => {
    expect(decodeUndo(Uint8Array.from(Buffer.from(hex, 'hex')))).toMatchObject({ ok: false, code });
  });
});
