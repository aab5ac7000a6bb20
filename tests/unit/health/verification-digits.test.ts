import { expect, it } from 'vitest';
import { verificationDigits } from '../../../src/health/verification-digits.ts';
import { clinic, clinicPair, patient, strangerPair } from './fixtures.ts';

const keys = { publicKey: clinic.accountPublic, encryptionKey: clinicPair.publicKey, scanKey: clinic.scanPublic };

it('verification digits are six, and stand for every one of the keys', () => {
  const digits = verificationDigits(keys);
  expect(digits).toMatch(/^\d{6}$/);
  expect(verificationDigits({ ...keys })).toBe(digits);
  expect(verificationDigits({ ...keys, publicKey: patient.accountPublic })).not.toBe(digits);
  expect(verificationDigits({ ...keys, encryptionKey: strangerPair.publicKey })).not.toBe(digits);
  expect(verificationDigits({ ...keys, scanKey: patient.scanPublic })).not.toBe(digits);
});
