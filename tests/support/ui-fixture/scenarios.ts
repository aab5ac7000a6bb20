/** States worth looking at, by name. */
import type { ReadModel } from '../../../src/node/api.ts';
import type { BootState } from '../../../src/ui/host.ts';
import type { LinkAnswer } from './fake-node.ts';
import { inviteTo } from './networks.ts';
import { emptyModel, fullModel, NOW_MS } from './rows.ts';

export interface Scenario {
  readonly model: ReadModel;
  readonly boot?: BootState;
  readonly link?: LinkAnswer;
  /** The link itself, where the screen reads it. */
  readonly pendingLink?: string;
  /** A newer build waits. */
  readonly newVersion?: boolean;
  /** Blocks keep coming. */
  readonly live?: boolean;
}

const untilS = Math.floor(NOW_MS / 1000) + 5 * 3600;
const request: LinkAnswer = {
  ok: true,
  value: {
    kind: 'request',
    networkName: 'Riverside pilot',
    organisation: { account: 'ab'.repeat(20), name: 'Riverside Family Practice', role: 'clinic', digits: '482913' },
    requestId: 'q1',
    wants: 'Medicines and allergies',
    purpose: 'TREAT',
    untilS,
  },
};

function withNode(changes: Partial<ReadModel['node']>, rest: Partial<ReadModel> = {}): ReadModel {
  const full = fullModel();
  return { ...full, ...rest, node: { ...full.node, ...changes } };
}

function syncing(): ReadModel {
  const full = fullModel();
  return { ...full, chain: { ...full.chain, sync: { state: 'blocks', done: 312, total: 540 } } };
}

function storage(changes: Partial<ReadModel['storage']>): ReadModel {
  const full = fullModel();
  return { ...full, storage: { ...full.storage, ...changes } };
}

const SCENARIOS: Record<string, () => Scenario> = {
  full: () => ({ model: fullModel() }),
  live: () => ({ model: fullModel(), live: true }),
  'new-version': () => ({ model: fullModel(), newVersion: true }),
  empty: () => ({ model: emptyModel() }),
  syncing: () => ({ model: syncing() }),
  starting: () => ({ model: withNode({ phase: 'starting' }), boot: { phase: 'starting' } }),
  offline: () => ({ model: withNode({ relay: 'offline', peerCount: 0 }) }),
  'relay-gone': () => ({ model: withNode({ relay: 'offline' }) }),
  alone: () => ({ model: withNode({ peerCount: 0 }) }),
  connecting: () => ({ model: withNode({ relay: 'connecting', peerCount: 0 }) }),
  clock: () => ({ model: withNode({ clockOffsetMs: -312_000 }) }),
  'storage-full': () => ({ model: storage({ usedBytes: 2_060_000_000, acceptingBlobs: false }) }),
  locked: () => ({ model: withNode({ phase: 'locked', vault: { state: 'locked', hasPassphrase: true } }) }),
  corrupt: () => ({ model: withNode({ phase: 'locked', vault: { state: 'corrupt', hasPassphrase: true } }) }),
  halted: () => ({
    model: withNode({ phase: 'halted', halted: { code: 'storage-failed', detail: 'abort without error event' } }),
  }),
  passphrase: () => ({ model: withNode({ vault: { state: 'open', hasPassphrase: true } }) }),
  unsupported: () => ({ model: emptyModel(), boot: { phase: 'unsupported', detail: 'navigator.locks' } }),
  insecure: () => ({ model: emptyModel(), boot: { phase: 'insecure', httpsUrl: 'https://192.168.1.20:8443/' } }),
  'insecure-nowhere': () => ({ model: emptyModel(), boot: { phase: 'insecure' } }),
  failed: () => ({ model: emptyModel(), boot: { phase: 'failed', detail: 'worker-died' } }),
  'join-request': () => ({ model: fullModel(), link: request }),
  'join-request-empty': () => ({ model: emptyModel(), link: request }),
  'join-share': () => ({
    model: emptyModel(),
    link: { ok: true, value: { kind: 'share', networkName: 'Riverside pilot', untilS } },
  }),
  'join-invite': () => ({ model: emptyModel(), link: { ok: true, value: { kind: 'invite', networkName: 'Room 12' } } }),
  'join-other': () => ({
    model: emptyModel(),
    link: { ok: false, problem: { code: 'link-other-network' } },
    pendingLink: inviteTo('Attacker room', ['wss://relay.elsewhere.example/relay']),
  }),
  'join-expired': () => ({ model: emptyModel(), link: { ok: false, problem: { code: 'link-expired' } } }),
  'join-damaged': () => ({
    model: emptyModel(),
    link: { ok: false, problem: { code: 'link-damaged', detail: 'checksum' } },
  }),
};

export function scenarioFor(name: string): Scenario {
  const make = SCENARIOS[name];
  if (!make) throw new Error(`no such scenario: ${name}`);
  return make();
}
