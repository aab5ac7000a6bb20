import { IndexedDbChainStore } from '../../../src/adapters/indexeddb/chain-store.ts';
import { nodeDatabaseName } from '../../../src/adapters/indexeddb/database.ts';
import { networkIdOf } from '../../../src/core/network-spec.ts';
import { easySpec, makeChain, type ChainPlan } from './make-chain.ts';

/**
 * Writes a chain to where the app, opened next in this profile, looks for its own.
 * @param upTo  height of the last block of an update (see BATCH_BLOCKS), where later ones are to be left out
 */
export async function seedChain(plan: ChainPlan, upTo = plan.blocks): Promise<void> {
  const store = await IndexedDbChainStore.open(nodeDatabaseName(networkIdOf(easySpec(plan)), 0));
  for (const update of makeChain(plan)) {
    if (update.tip.height > upTo) break;
    await store.commit(update);
  }
  await store.close();
}
