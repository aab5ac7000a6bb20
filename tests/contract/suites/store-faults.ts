import { expect } from 'vitest';
import { StoreFault } from '../../../src/node/ports.ts';

/** The code of a rejection that must be a StoreFault; anything else is thrown on. */
export function faultCode(fault: unknown): string {
  if (fault instanceof StoreFault) return fault.code;
  throw fault;
}

/** The row that a rejected read names. */
export async function damagedRow(read: Promise<unknown>): Promise<string | undefined> {
  const fault: unknown = await read.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toMatchObject({ name: 'StoreFault', code: 'corrupt-row' });
  return (fault as StoreFault).row;
}
