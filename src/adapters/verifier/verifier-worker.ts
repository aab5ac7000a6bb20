/** The inside of a verifier worker. */
import { expose, transfer } from 'comlink';
import { verifyItems } from './verify-items.ts';

export interface VerifierWorkerApi {
  /** Whole packed checks; the verdicts are transferred back. */
  verify(items: Uint8Array): Uint8Array;
}

const api: VerifierWorkerApi = {
  verify: (items) => {
    const verdicts = verifyItems(items);
    return transfer(verdicts, [verdicts.buffer]);
  },
};

expose(api);
