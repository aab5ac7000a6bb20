/** What every part of the person's side works with, from unlocking until the tab closes. */
import type { AccountId } from '../../core/ids.ts';
import type { Identity } from '../../health/identity.ts';
import type { NodeCore } from '../node-core.ts';
import type { PersonRows } from './person-rows.ts';

export interface PersonContext {
  readonly core: NodeCore;
  readonly identity: Identity;
  /** Of the identity's account key. */
  readonly account: AccountId;
  readonly rows: PersonRows;
  /** Lets everything else in the worker have its turn. */
  pause(): Promise<void>;
  /** For work nobody waits for: a fault of it is shown by the node. Nothing new begins once the person's side has stopped. */
  background(work: () => Promise<void>): void;
}

/** Unix seconds by our own clock. */
export function nowS(core: NodeCore): number {
  return Math.floor(core.ports.clock.nowMs() / 1000);
}

/** Unix seconds by whichever of our clock and the chain's is ahead: nothing new is begun that one of them calls over. */
export function latestTimeS(core: NodeCore): number {
  return Math.max(nowS(core), chainTimeS(core));
}

/** Unix seconds by the chain: what grants end by. */
export function chainTimeS(core: NodeCore): number {
  return core.chain.tip.timeS;
}
