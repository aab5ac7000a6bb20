/** Mines in workers of its own, as the node worker does, and posts the first header found. */
import { WorkerMiner } from '../../../src/adapters/miner/worker-miner.ts';
import type { MiningJob } from '../../../src/node/ports.ts';

self.onmessage = ({ data }: MessageEvent<MiningJob>) => {
  const miner = new WorkerMiner();
  miner.start({
    onFound: (header) => self.postMessage(header),
    onRate: () => undefined,
    onStopped: (reason) => self.postMessage(reason),
  });
  miner.mine(data, 1);
};
