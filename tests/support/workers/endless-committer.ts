/** Commits block after block to the database it is told, and reports each height, until it is killed. */
import { IndexedDbChainStore } from '../../../src/adapters/indexeddb/chain-store.ts';
import { StoredChain } from '../stored-chain.ts';

onmessage = async ({ data: name }: MessageEvent<string>) => {
  const store = await IndexedDbChainStore.open(name, { settledDepth: 4, segmentHeights: 5, segmentBytes: 2_000 });
  const chain = new StoredChain({ undoDepth: 8 });
  for (;;) {
    await store.commit(chain.update(1));
    postMessage(chain.height);
  }
};
