import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFhirDate, timeOf } from '../../src/health/fhir/fhir-date.ts';
import { findJsonError } from '../../src/health/fhir/json-text.ts';
import { sampleBundle } from '../support/fhir-samples.ts';

describe('FHIR files from anywhere', () => {
  test('the place of an error is where the text stops being the start of any JSON', () => {
    const text = JSON.stringify(sampleBundle);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '}', ']', ',', '"', 'x', '\n', '0', '\\'), (at, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + 1);
        const offset = findJsonError(damaged);
        expect(offset).toBeLessThanOrEqual(damaged.length);
        expect(isJson(damaged) ? offset === damaged.length : offset >= Math.min(at, damaged.length) - 3000).toBe(true);
      }),
    );
  });

  test('a date that passes the check can be sorted', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-T:Z+.'), maxLength: 30 }), (text) => {
        if (isFhirDate(text, 'dateTime')) expect(timeOf(text)).toBeTypeOf('number');
      }),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
