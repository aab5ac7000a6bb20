/**
 * Blocks that lie on the disk above the tip, since tip and state were damaged and had to go (chain-repair.ts). They are
 * connected anew from there; only what is missing or damaged is fetched from peers.
 */
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash } from '../core/ids.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { headersOfRow, isDamage } from './damage.ts';
import { StoreFault, type ChainStore } from './ports.ts';

/** Headers read from disk at a time while starting. */
export const LOAD_PAGE = 5_000;

export class StoredAbove {
  private readonly hashes = new Set<BlockHash>();
  private top: IndexedHeader | undefined;
  private readonly store: ChainStore;
  private readonly index: HeaderIndex;
  private readonly onDamaged: (fault: StoreFault) => void;

  /** @param onDamaged  damage that costs the blocks above it, and no more */
  constructor(store: ChainStore, index: HeaderIndex, onDamaged: (fault: StoreFault) => void) {
    this.store = store;
    this.index = index;
    this.onDamaged = onDamaged;
  }

  get count(): number {
    return this.hashes.size;
  }

  /** Its header and body are on the disk, the header at its height. */
  has(hash: BlockHash): boolean {
    return this.hashes.has(hash);
  }

  /**
   * Reads headers from the tip on, as far as they can be read and continue it; the rest is for peers to give again.
   * Throws StoreFault when there is no tip, and nothing that could be connected either.
   */
  async load(tip: IndexedHeader): Promise<void> {
    this.top = tip;
    for (;;) {
      const from = this.top.height + 1;
      const page = await this.readPage(from);
      const loaded = this.index.loadTrusted(page);
      for (const { hash } of page) {
        const block = this.index.get(hash);
        if (!block || block.parent !== this.top) break;
        this.hashes.add(hash);
        this.top = block;
      }
      if (this.top.height === 0 && !loaded.ok) throw new StoreFault('corrupt-row', loaded.code, `headers from ${from}`);
      if (page.length < LOAD_PAGE || this.top.height < from + LOAD_PAGE - 1) return;
    }
  }

  /** Of the `max` blocks above the tip those that are here, highest first. */
  next(tip: IndexedHeader, max: number): IndexedHeader[] {
    if (!this.top || this.hashes.size === 0) return [];
    const next: IndexedHeader[] = [];
    let block: IndexedHeader | undefined = this.index.ancestorAt(this.top, tip.height + max) ?? this.top;
    for (; block && block.height > tip.height; block = block.parent) if (this.hashes.has(block.hash)) next.push(block);
    return next;
  }

  /** Connected, or damaged. */
  delete(hash: BlockHash): void {
    this.hashes.delete(hash);
  }

  /** The chain moved. Once it leaves the stored one, the headers above are no longer those of its heights. */
  onTip(tip: IndexedHeader): void {
    if (this.top && this.hashes.size > 0 && this.index.ancestorAt(this.top, tip.height) !== tip) this.hashes.clear();
  }

  private async readPage(from: number): ReturnType<ChainStore['loadHeaders']> {
    try {
      return await this.store.loadHeaders(from, LOAD_PAGE);
    } catch (fault) {
      const first = isDamage(fault) ? headersOfRow(fault.row ?? '')?.[0] : undefined;
      if (!isDamage(fault) || first === undefined || (from === 1 && first <= from)) throw fault;
      this.onDamaged(fault);
      return first > from ? this.store.loadHeaders(from, first - from) : [];
    }
  }
}
