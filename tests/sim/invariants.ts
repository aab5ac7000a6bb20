/**
 * What must hold in every run, whatever it does to its nodes. Some of it is watched at every commit, the rest is checked
 * when a scenario asks, and at its end.
 */
import { createHash } from 'node:crypto';
import { MemoryChainStore } from '../../src/adapters/memory/memory-chain-store.ts';
import { decodeBody } from '../../src/core/block.ts';
import { equalBytes } from '../../src/core/bytes.ts';
import { decodeHeader, hashHeader } from '../../src/core/header.ts';
import { StateKey } from '../../src/core/ids.ts';
import { Accumulation, emptyAccumulator, stateRootOf } from '../../src/core/lthash.ts';
import { MEMPOOL_LIMITS } from '../../src/core/mempool-policy.ts';
import {
  GONE_PEERS_SHOWN,
  KNOWN_TXIDS_MAX,
  LINKS_MAX,
  LOG_ROWS_MAX,
  PENDING_BODIES_MAX,
  PENDING_BODY_BYTES_MAX,
} from '../../src/node/params.ts';
import type { NodeService } from '../../src/node/service.ts';
import { genesisHeader } from '../../src/core/genesis.ts';
import { decodeAccount, holdings } from '../../src/ledger/account-state.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { decodeSlot } from '../../src/ledger/slot-state.ts';
import type { CommitSeen } from './watched-chain-store.ts';
import type { SimNode, World } from './world.ts';

const ACCOUNT = '01';
const SLOT = '03';
const POLL_MS = 5_000;
const PAGE = 500;

export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

export class Invariants {
  private readonly world: World;
  /** First broken one met between two checks. */
  private broken: InvariantBroken | undefined;

  constructor(world: World) {
    this.world = world;
    world.watchers.push((node, seen) => this.watchCommit(node, seen));
    const poll = (): void => {
      for (const node of world.nodes) this.watchNode(node);
      world.clock.after(POLL_MS, poll);
    };
    poll();
  }

  /** Throws InvariantBroken. */
  async check(): Promise<void> {
    if (this.broken) throw this.broken;
    const states = new Map<string, { readonly node: SimNode; readonly state: string }>();
    for (const node of this.world.nodes) {
      const { tip } = node.disk.chain;
      // What a node has not met yet it cannot have mended.
      if (!tip || hasDamage(node, CHAINSTATE_ROW)) continue;
      const state = await this.checkState(node);
      const other = states.get(tip.hash);
      if (other && other.state !== state) fail(node, `has another state than ${other.node.name} at one tip`);
      states.set(tip.hash, { node, state });
    }
  }

  /** The chain on a node's disk, judged again from genesis on, leads to the state on its disk. */
  async replay(node: SimNode): Promise<void> {
    const { spec } = this.world;
    const ledger = createLedger(spec, hashHeader(genesisHeader(spec)));
    const store = new MemoryChainStore(node.disk);
    const state = new Map<StateKey, Uint8Array>();
    let accumulator = emptyAccumulator();
    const headers = await store.loadHeaders(1, node.disk.chain.tip?.height ?? 0);
    for (const [i, { hash, header }] of headers.entries()) {
      const decoded = decodeHeader(header);
      const stored = await store.getBlock(hash);
      const body = stored && decodeBody(stored.body, spec.blockBytesMax);
      if (!decoded.ok || !body?.ok) return fail(node, `stored block ${hash} does not decode`);
      const block = { header: decoded.value, body: body.value };
      const applied = ledger.applyBlock((key) => state.get(key), accumulator, block, i + 1);
      if (!applied.ok) return fail(node, `holds a block that breaks ${applied.code}`);
      accumulator = applied.value.accumulator;
      for (const [key, { after }] of applied.value.changes) {
        if (after) state.set(key, after);
        else state.delete(key);
      }
    }
    await store.close();
    const rows = [...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value }));
    if (digestOf(rows) !== digestOf(await scan(node))) fail(node, 'holds a state that its chain does not lead to');
  }

  /** Its rows add up to its accumulator, that to the tip's state root, and its coins to the subsidies. */
  private async checkState(node: SimNode): Promise<string> {
    const { spec } = this.world;
    const { tip, headers } = node.disk.chain;
    const rows = await scan(node);
    const sum = new Accumulation(emptyAccumulator());
    let coins = 0n;
    for (const { key, value } of rows) {
      sum.add(StateKey.toBytes(key), value);
      if (key.startsWith(ACCOUNT)) coins += holdings(decodeAccount(value));
    }
    const accumulator = sum.bytes();
    const header = decodeHeader(headers.get(tip!.height)!.header);
    if (!equalBytes(accumulator, tip!.accumulator)) fail(node, 'has rows that do not add up to its accumulator');
    if (!header.ok || !equalBytes(stateRootOf(accumulator), header.value.stateRoot)) {
      fail(node, 'has a state that its tip does not commit to');
    }
    const ledger = createLedger(spec, hashHeader(genesisHeader(spec)));
    let issued = 0n;
    for (let height = 1; height <= tip!.height; height++) issued += ledger.subsidyAt(height);
    if (coins !== issued) fail(node, `counts ${coins} grains where ${issued} were issued`);
    return digestOf(rows);
  }

  /** Versions of a slot only grow, and no slot ever goes. Blocks taken off take theirs with them. */
  private watchCommit(node: SimNode, { update, before }: CommitSeen): void {
    if (update.disconnect.length > 0) return;
    for (const [key, after] of update.state) {
      const previous = before.get(key);
      if (!key.startsWith(SLOT) || !previous) continue;
      if (!after || decodeSlot(after).version <= decodeSlot(previous).version) {
        this.remember(node, `let slot ${key} go back a version`);
      }
    }
  }

  private watchNode(node: SimNode): void {
    const { service } = node;
    if (!service) return;
    if (service.phase === 'halted') this.remember(node, `halted: ${service.halted?.detail}`);
    this.watchBounds(node, service);
    const { honest } = this.world;
    for (const { peerId, reason, banned } of service.peers.gone) {
      if (banned && peerId && honest.has(peerId)) this.remember(node, `banned an honest peer: ${reason}`);
    }
    for (const { id, score } of service.peers.peers()) {
      if (score > 0 && honest.has(id)) this.remember(node, `holds ${score} points against an honest peer`);
    }
  }

  /** What peers can make a node hold. */
  private watchBounds(node: SimNode, { chain, mempool, peers, log }: NodeService): void {
    const held: Readonly<Record<string, readonly [count: number, most: number]>> = {
      transactions: [mempool.count, MEMPOOL_LIMITS.countMax],
      'bytes of transactions': [mempool.bytes, MEMPOOL_LIMITS.bytesMax],
      'bodies of blocks': [chain.waitingBodies, PENDING_BODIES_MAX],
      'bytes of such bodies': [chain.waitingBytes, PENDING_BODY_BYTES_MAX],
      links: [peers.peers().length, LINKS_MAX],
      'rows of peers gone': [peers.gone.length, GONE_PEERS_SHOWN],
      'rows of the log': [log.rows.length, LOG_ROWS_MAX],
      'known transactions of a peer': [
        Math.max(0, ...peers.peers().map(({ knownTxs }) => knownTxs.size)),
        KNOWN_TXIDS_MAX,
      ],
    };
    for (const [what, [count, most]] of Object.entries(held)) {
      if (count > most) this.remember(node, `holds ${count} ${what}, at most ${most}`);
    }
  }

  private remember(node: SimNode, what: string): void {
    this.broken ??= new InvariantBroken(`${node.name} ${what} (at ${this.world.clock.nowMs()} ms)`);
  }
}

/** Rows that `checkState` reads. */
const CHAINSTATE_ROW = /^(tip|state)\b/;

function hasDamage({ disk }: SimNode, rows: RegExp): boolean {
  return [...disk.damagedRows].some((row) => rows.test(row));
}

function fail(node: SimNode, what: string): never {
  throw new InvariantBroken(`${node.name} ${what}`);
}

type Rows = Awaited<ReturnType<MemoryChainStore['scanState']>>;

async function scan(node: SimNode): Promise<Rows> {
  const store = new MemoryChainStore(node.disk);
  const rows: Rows[number][] = [];
  for (let page: Rows = []; page.length === PAGE || rows.length === 0;) {
    page = await store.scanState(rows.at(-1)?.key, PAGE);
    rows.push(...page);
    if (page.length === 0) break;
  }
  await store.close();
  return rows;
}

function digestOf(rows: Rows): string {
  const hash = createHash('sha256');
  for (const { key, value } of rows) hash.update(`${key}=`).update(value);
  return hash.digest('hex');
}
