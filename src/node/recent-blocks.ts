/** The last few connected blocks, at hand for the read model and for whoever explores. */
import type { ChainManager, MainBlock, TipChange } from './chain-manager.ts';
import { RECENT_BLOCKS_SHOWN } from './params.ts';

export class RecentBlocks {
  /** Highest first. */
  private blocks: MainBlock[] = [];
  private readonly chain: ChainManager;

  constructor(chain: ChainManager) {
    this.chain = chain;
  }

  get newestFirst(): readonly MainBlock[] {
    return this.blocks;
  }

  /**
   * After the chain was opened.
   * @param onFault  a damaged block is reported and left out: it can be fetched again
   */
  async load(onFault: (fault: unknown) => void): Promise<void> {
    const from = Math.max(0, this.chain.tip.height - RECENT_BLOCKS_SHOWN + 1);
    const blocks: MainBlock[] = [];
    for (let height = this.chain.tip.height; height >= from; height--) {
      try {
        blocks.push(await this.chain.loadBlock(this.chain.at(height)!));
      } catch (fault) {
        onFault(fault);
      }
    }
    this.blocks = blocks;
  }

  onTipChange({ disconnected, connected }: TipChange): void {
    const kept = this.blocks.filter(({ at }) => !disconnected.some((block) => block.at === at));
    this.blocks = [...[...connected].reverse(), ...kept].slice(0, RECENT_BLOCKS_SHOWN);
  }
}
