/**
 * The way back from damage to the chain that no peer can mend row by row. Whatever can be built anew from what is stored
 * is; only what can't be read at all is fetched again. Every step is one transaction, so a crash on the way loses nothing.
 */
import { decodeHeader, hashHeader } from '../core/header.ts';
import type { BlockHash } from '../core/ids.ts';
import { headersOfRow, isDamage } from './damage.ts';
import type { ChainStore, StoreFault } from './ports.ts';

/** What the stored chain needs when it is opened next: nothing more, its state built from its blocks, or everything fetched. */
export type Repair = 'mended' | 'reconnect' | 'fetch-again';

/**
 * After this the store must be opened anew.
 * @param fault  damage to a tip, headers, undo data or state
 */
export async function repairChain(store: ChainStore, fault: StoreFault): Promise<Repair> {
  const headers = headersOfRow(fault.row ?? '');
  if (headers && (await mendHeaders(store, ...headers))) return 'mended';
  if (await hasTip(store)) {
    await store.dropChainstate();
    return 'reconnect';
  }
  // Tip and state were dropped before, and of what is left nothing can be connected.
  await store.reset();
  return 'fetch-again';
}

/** Every block is stored with its header, and each header names the one below: a lost range is read from the top down. */
async function mendHeaders(store: ChainStore, first: number, last: number): Promise<boolean> {
  try {
    let hash = await hashAt(store, last);
    for (let height = last; height >= first; height--) {
      const block = hash && (await store.getBlock(hash));
      const header = block && decodeHeader(block.header);
      if (!header?.ok || block?.height !== height || hashHeader(block.header) !== hash) return false;
      await store.repairBlock(block);
      hash = header.value.prevHash;
    }
    return true;
  } catch (fault) {
    if (isDamage(fault)) return false;
    throw fault;
  }
}

/** From the tip, or from the header above. */
async function hashAt(store: ChainStore, height: number): Promise<BlockHash | undefined> {
  const tip = await store.loadTip();
  if (tip?.height === height) return tip.hash;
  const [above] = await store.loadHeaders(height + 1, 1);
  const header = above && decodeHeader(above.header);
  return header?.ok ? header.value.prevHash : undefined;
}

async function hasTip(store: ChainStore): Promise<boolean> {
  try {
    return (await store.loadTip()) !== undefined;
  } catch (fault) {
    if (isDamage(fault)) return true;
    throw fault;
  }
}
