/** The page that the benches run in, built and served as the app is. The command calls what it puts on the window. */
import { BlobTab } from './blob-tab.ts';
import { measureBlockCommit } from './block-commit.ts';
import { measureMiner } from './miner.ts';
import { RawChannel } from './raw-channel.ts';
import { seedChain } from './seed-chain.ts';
import { measureVerifier } from './verifier.ts';

const bench = { measureMiner, measureVerifier, measureBlockCommit, BlobTab, RawChannel, seedChain };

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
