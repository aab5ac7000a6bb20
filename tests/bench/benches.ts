/** All benches, in the order they run. Adding one: a line here. */
import { measureBlob } from './blob.ts';
import type { Figure } from './figures.ts';
import { measureFirstLoad } from './first-load.ts';
import { measureBlockCommit, measureMiner, measureVerifier } from './in-one-tab.ts';
import { measureHostile } from './hostile.ts';
import { measureMainThread } from './main-thread.ts';
import { measureOpenToUsable } from './open-to-usable.ts';
import { measureShare } from './share.ts';
import { measureSync } from './sync.ts';
import type { Workbench } from './workbench.ts';

export type Bench = (workbench: Workbench) => Promise<readonly Figure[]>;

export const BENCHES: Readonly<Record<string, Bench>> = {
  miner: measureMiner,
  verifier: measureVerifier,
  'block-commit': measureBlockCommit,
  blob: measureBlob,
  'open-to-usable': measureOpenToUsable,
  'first-load': measureFirstLoad,
  sync: measureSync,
  share: measureShare,
  'main-thread': measureMainThread,
  hostile: measureHostile,
};
