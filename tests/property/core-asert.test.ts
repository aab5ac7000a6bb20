import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asertTarget } from '../../src/core/asert.ts';

const lateSeconds = fc.integer({ min: -200_000, max: 200_000 });
const halfLives = fc.integer({ min: 1, max: 10_000 });
const MAX = 2n ** 256n - 1n;

/** log2 of a big number, by its leading 53 bits. */
function log2(value: bigint): number {
  const shift = Math.max(0, value.toString(2).length - 53);
  return Math.log2(Number(value >> BigInt(shift))) + shift;
}

test('the integer rule stays within 0.013 % of anchor * 2^(late / half-life)', () => {
  fc.assert(
    fc.property(lateSeconds, halfLives, fc.integer({ min: 100, max: 200 }), (lateS, halfLifeS, anchorBits) => {
      const anchor = (2n ** BigInt(anchorBits) * 2n) / 3n;
      const exact = log2(anchor) + lateS / halfLifeS;
      fc.pre(exact > 40 && exact < 255);
      // The published bound on the cubic; the exponent itself is cut to 1/65536 of a half-life.
      const toleranceLog2 = Math.log2(1.00013) + 1 / 65_536;
      expect(Math.abs(log2(asertTarget(anchor, lateS, halfLifeS, MAX)) - exact)).toBeLessThan(toleranceLog2);
    }),
  );
});

test('later is never harder', () => {
  fc.assert(
    fc.property(lateSeconds, fc.integer({ min: 0, max: 5000 }), halfLives, (lateS, more, halfLifeS) => {
      const anchor = 2n ** 200n;
      const earlier = asertTarget(anchor, lateS, halfLifeS, MAX);
      expect(asertTarget(anchor, lateS + more, halfLifeS, MAX)).toBeGreaterThanOrEqual(earlier);
    }),
  );
});
