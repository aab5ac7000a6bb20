import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from '../../src/core/wire.ts';
import { peerMessage } from '../support/peer-messages.ts';

/** Whatever the bytes: a verdict, and for an accepted message no second byte string that means the same. */
function expectJudged(bytes: Uint8Array): void {
  const decoded = decodeMessage(bytes);
  if (decoded.ok) expect(encodeMessage(decoded.value)).toEqual(bytes);
  else expect(decoded.code).toMatch(/^(unknown-type|truncated|trailing-bytes|non-canonical|oversized|bad-value)$/);
}

test('a message comes out as it went in', () => {
  fc.assert(
    fc.property(peerMessage, (message) => {
      expect(decodeMessage(encodeMessage(message))).toEqual({ ok: true, value: message });
    }),
    { numRuns: 600 },
  );
});

test('random bytes of every type are judged, never thrown at', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 }), (type, rest) => {
      expectJudged(Uint8Array.of(type, ...rest));
      expectJudged(rest);
    }),
    { numRuns: 600 },
  );
});

test('valid messages that were cut, lengthened or changed in a byte are judged, never thrown at', () => {
  fc.assert(
    fc.property(peerMessage, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, at, change) => {
      const bytes = encodeMessage(message);
      const position = at % bytes.length;
      expectJudged(bytes.subarray(0, position));
      expectJudged(Uint8Array.of(...bytes, change));
      const changed = bytes.slice();
      changed[position]! ^= change;
      expectJudged(changed);
    }),
    { numRuns: 600 },
  );
});
