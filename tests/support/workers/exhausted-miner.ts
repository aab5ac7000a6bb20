/** A miner worker whose nonces are all used up. */
import { expose } from 'comlink';
import type { MinerWorkerApi } from '../../../src/adapters/miner/miner-worker.ts';

const api: MinerWorkerApi = {
  search: async () => ({ type: 'exhausted' }),
  cancel: () => undefined,
  takeHashes: () => 0,
};

expose(api);
