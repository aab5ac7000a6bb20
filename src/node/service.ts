/**
 * The node: everything that runs in a tab, joined over the ports. It decodes nothing and judges nothing itself; it says
 * who hears of what. Faults of the world and bugs all arrive at `reportFault`, and nowhere else.
 */
import { engineFor } from '../core/consensus.ts';
import { CodeUnavailable } from '../health/deferred-code.ts';
import { HeaderIndex } from '../core/header-index.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { Mempool } from '../core/mempool.ts';
import { assert, VALID, type Rejection, type Verdict } from '../core/result.ts';
import { preloadedState } from '../core/state-view.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Hello, PeerMessage } from '../core/wire.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { NodeApi, Problem, SyncView } from './api.ts';
import { BlobExchange } from './blob-exchange.ts';
import { BlobCancelled } from './blob-fetches.ts';
import { BlockDownload } from './block-download.ts';
import { BlockMender } from './block-mender.ts';
import { BlockRelay } from './block-relay.ts';
import { ChainGoals } from './chain-goals.ts';
import { ChainManager, type TipChange } from './chain-manager.ts';
import { ClockWatch } from './clock-watch.ts';
import { makeSessionKey, type SessionKey } from './handshake.ts';
import { HeaderSync } from './header-sync.ts';
import { isChainDamage, isDamage } from './damage.ts';
import { routeMessage, type MessageRoutes } from './message-routes.ts';
import { MiningLoop } from './mining-loop.ts';
import type { NodeCore } from './node-core.ts';
import { nodeApi } from './node-api.ts';
import { detailOf, NodeLog } from './node-log.ts';
import type { NodeOptions, NodeState } from './node-state.ts';
import { MINE_BEHIND_MAX, PUBLISH_INTERVAL_MS, PUBLISH_INTERVAL_SYNCING_MS, RESUME_DELAY_MS } from './params.ts';
import type { Peer } from './peer.ts';
import { PeerManager } from './peer-manager.ts';
import { Person } from './person/person.ts';
import { problemOf } from './person/problem.ts';
import { StoreFault, VerifierFault, type Ports } from './ports.ts';
import { Publisher } from './publisher.ts';
import { RecentBlocks } from './recent-blocks.ts';
import { SerialQueue } from './serial-queue.ts';
import { StoreFaults } from './store-faults.ts';
import { sliceSources } from './slices.ts';
import { StorageWatch } from './storage-watch.ts';
import { TxAdmission } from './tx-admission.ts';
import { TxRelay } from './tx-relay.ts';

export class NodeService implements NodeState {
  readonly options: NodeOptions;
  readonly ports: Ports;
  readonly core: NodeCore;
  readonly api: NodeApi;
  readonly chain: ChainManager;
  readonly index: HeaderIndex;
  readonly mempool: Mempool;
  readonly peers: PeerManager;
  readonly person: Person;
  readonly mining: MiningLoop;
  readonly recent: RecentBlocks;
  readonly mender: BlockMender;
  readonly storage: StorageWatch;
  readonly blobs: BlobExchange;
  readonly headers: HeaderSync;
  readonly download: BlockDownload;
  readonly publisher: Publisher;
  readonly sessionKey: SessionKey;
  phase: 'starting' | 'running' | 'halted' = 'starting';
  halted: Problem | undefined;
  lastReorg: { readonly depth: number; readonly atMs: number } | undefined;
  readonly log: NodeLog;
  readonly clockWatch: ClockWatch;
  private syncedHeight = 0;
  /** When headers last came. */
  private lastSynced = true;
  /** A write was refused for want of room, and no reading has found any since. */
  private wasFull = false;
  private cancelResume: () => void = () => undefined;
  private readonly queue = new SerialQueue();
  private readonly relay: BlockRelay;
  private readonly txs: TxRelay;
  private readonly admission: TxAdmission;
  private readonly storeFaults: StoreFaults;
  private readonly routes: MessageRoutes;

  /**
   * @param onRebuild  the stored chain was damaged and has been repaired as far as it can be: stop this node and start
   *   another on the same disk; it takes the chain up anew and keeps keys and records
   */
  constructor(ports: Ports, options: NodeOptions, onRebuild: () => void) {
    const { clock, rng, verifier } = ports;
    const engine = engineFor(options.spec);
    assert(engine.ok, 'the composition root refuses networks without an engine');
    this.ports = ports;
    this.options = options;
    this.sessionKey = makeSessionKey(rng);
    this.index = new HeaderIndex(engine.value);
    const genesisHash = this.index.genesis.hash;
    const ledger = createLedger(options.spec, genesisHash);
    const onFault = (fault: unknown) => this.reportFault(fault);
    this.log = new NodeLog(clock, () => this.publisher?.touch('log'));

    this.chain = new ChainManager(
      { engine: engine.value, ledger, index: this.index, store: ports.chain, verifier, clock },
      this.queue,
      {
        onTipChange: (change) => this.onTipChange(change),
        onInvalid: (block, verdict) => this.onInvalidBlock(block, verdict),
        onDamaged: (fault) => this.storeFaults.nameDamage(fault),
      },
    );
    this.mempool = new Mempool(ledger, { genesisHash, stampBits: options.spec.stampBits }, this.chain.tip.height);
    this.peers = new PeerManager(ports, this.sessionKey, () => this.greeting(), {
      onPeer: (peer, told) => this.onPeer(peer, told),
      onMessage: (peer, message) => this.onMessage(peer, message),
      onGone: (peer, reason) => this.onGone(peer, reason),
      onDrain: (peer) => {
        this.blobs.onDrain(peer);
        this.relay.onDrain(peer);
        this.txs.onDrain(peer);
      },
      onChanged: () => this.publisher.touch('peers', 'node'),
    });
    this.clockWatch = new ClockWatch(clock, this.index, (offsetMs) =>
      this.log.note({ type: 'clock-slow', slowS: Math.round(offsetMs / 1000) }),
    );
    this.headers = new HeaderSync(clock, this.chain, this.index, this.peers, this.clockWatch, () =>
      this.onHeaderProgress(),
    );
    const goals = new ChainGoals(this.index, this.chain, (depth, why) =>
      this.log.note({ type: 'reorg-refused', depth, detail: why }),
    );
    this.download = new BlockDownload(clock, this.chain, this.index, goals, this.peers, onFault);
    this.relay = new BlockRelay({
      clock,
      chain: this.chain,
      index: this.index,
      mempool: this.mempool,
      peers: this.peers,
      headers: this.headers,
      download: this.download,
      clockWatch: this.clockWatch,
      rng,
      onFault,
    });
    this.admission = new TxAdmission(
      { ledger, mempool: this.mempool, chain: this.chain, verifier, queue: this.queue },
      (tx) => this.onAdmitted(tx),
    );
    this.chain.rememberVerified((tx) => this.admission.isVerified(tx));
    this.txs = new TxRelay({
      clock,
      rng,
      mempool: this.mempool,
      peers: this.peers,
      submit: (tx) => this.admission.submit(tx),
      onFault,
    });
    this.blobs = new BlobExchange({ clock, blobs: ports.blobs, cipher: ports.cipher }, this.peers, {
      isCurrent: (id) => this.person.holdsCurrent(id),
      onProgress: (id, progress) => {
        this.person.onBlobProgress(id, progress);
        this.storage.onWrite();
      },
      onHoldersChanged: (id) => this.person.onHoldersChanged(id),
      onFault,
    });
    const onStorageChanged = () => this.publisher.touch('storage');
    this.mender = new BlockMender(ports, this.chain, this.index, this.peers, onStorageChanged);
    const { headers, download, relay, txs, blobs, mender } = this;
    this.routes = { headers, download, relay, txs, blobs, mender };
    this.storage = new StorageWatch(ports, {
      onChanged: () => {
        if (this.storage.hasRoom) this.blobs.accept();
        this.retryStore();
        onStorageChanged();
      },
      onFault,
    });
    this.storeFaults = new StoreFaults(ports.chain, this.mender, {
      note: (event) => this.log.note(event),
      onFull: () => {
        this.wasFull = true;
        this.blobs.stopAccepting();
        onStorageChanged();
      },
      halt: (problem) => this.halt(problem),
      onRepaired: onRebuild,
    });
    this.recent = new RecentBlocks(this.chain);
    this.core = {
      ports,
      spec: options.spec,
      genesisHash,
      ledger,
      chain: this.chain,
      mempool: this.mempool,
      blobs: this.blobs,
      submitTransaction: (tx) => this.submitTransaction(tx),
      touch: (...slices) => this.publisher.touch(...slices),
      log: (event) => this.log.note(event),
      reportFault: onFault,
      noteMended: (name) => this.mender.noteMended(name),
    };
    this.person = new Person(this.core, { roomSecret: options.roomSecret, relays: options.relays });
    this.mining = new MiningLoop({
      clock,
      miner: ports.miner,
      engine: engine.value,
      ledger,
      mempool: this.mempool,
      chain: this.chain,
      queue: this.queue,
      isSynced: () => this.isSynced,
      minerPublicKey: () => this.person.minerPublicKey(),
      onChanged: () => this.publisher.touch('mining'),
      onFault,
      onFound: (height) => this.log.note({ type: 'block-mined', height }),
      onRefused: (height, code) => this.log.note({ type: 'own-block-refused', height, detail: code }),
    });
    this.publisher = new Publisher(clock, sliceSources(this), () =>
      this.isSynced ? PUBLISH_INTERVAL_MS : PUBLISH_INTERVAL_SYNCING_MS,
    );
    this.api = nodeApi(this);
  }

  /**
   * Nothing much better than our tip is coming. Never a matter of what peers say alone: a header whose body is withheld,
   * or a question nobody answers, must not keep a network from mining.
   */
  get isSynced(): boolean {
    return this.download.remaining <= MINE_BEHIND_MAX;
  }

  get acceptingBlobs(): boolean {
    return this.blobs.isAccepting;
  }

  /** Counted from where the chain stood when it last fell behind. */
  get syncView(): SyncView {
    const behind = this.download.remaining;
    if (behind === 0) this.syncedHeight = this.chain.tip.height;
    const total = this.chain.tip.height + behind - this.syncedHeight;
    const state = behind > 0 ? 'blocks' : this.headers.isBusy ? 'headers' : 'idle';
    return { state, done: total - behind, total };
  }

  /** Opens the disk, then the links: the chain is kept from here on. Rejects only when the disk can't be read at all. */
  async start(): Promise<void> {
    try {
      await this.chain.open();
    } catch (fault) {
      if (!isDamage(fault)) throw fault;
      return this.storeFaults.repair(fault);
    }
    this.mempool.onTip({
      height: this.chain.tip.height,
      changes: new Map(),
      confirmed: [],
      disconnected: [],
      state: preloadedState([], []),
    });
    await this.connectStored();
    if (this.halted) return;
    await this.recent.load((fault) => this.reportFault(fault));
    this.storage.start();
    this.mining.start();
    this.peers.start();
    this.phase = 'running';
    this.log.note({ type: 'started', height: this.chain.tip.height });
    this.publisher.touch('node', 'chain', 'storage');
  }

  /** Before the links: nobody is told of a tip on its way up, and nothing is fetched that lies here. */
  private async connectStored(): Promise<void> {
    const count = this.chain.storedAboveTip;
    if (count === 0) return;
    this.log.note({ type: 'connecting-stored', count });
    try {
      await this.chain.resume();
    } catch (fault) {
      this.reportFault(fault);
    }
    this.log.note({ type: 'connected-stored', height: this.chain.tip.height });
  }

  /** Opens the person's side of a node that runs; resolves when it has, or when the disk would not let it. */
  async openPerson(): Promise<void> {
    try {
      await this.person.open();
      this.mining.onTipChange();
    } catch (fault) {
      if (fault instanceof CodeUnavailable) {
        this.log.note({ type: 'code-unavailable', detail: fault.message });
        await new Promise<void>((resolve) => this.ports.clock.after(RESUME_DELAY_MS, resolve));
        return this.openPerson();
      }
      // The own account may be the first to be read from the state.
      if (isChainDamage(fault)) return this.storeFaults.repair(fault);
      const problem = problemOf(fault);
      if (!problem) throw fault;
      this.halt(problem);
    }
  }

  /** Closes the links, lets the commit under way finish, and leaves the disk closed. */
  async stop(): Promise<void> {
    this.cancelResume();
    this.mining.stop();
    this.peers.stop();
    this.headers.stop();
    this.download.stop();
    this.relay.stop();
    this.txs.stop();
    this.mender.stop();
    this.blobs.stop();
    this.storage.stop();
    await this.person.stop();
    await this.queue.idle();
    this.publisher.stop();
    await Promise.all([this.ports.chain.close(), this.ports.blobs.close(), this.ports.rows.close()]);
  }

  /** Operational faults are handled and shown here; anything else is a bug, and the node halts with its data kept. */
  reportFault(fault: unknown): void {
    if (fault instanceof BlobCancelled || this.phase === 'halted') return;
    if (fault instanceof VerifierFault) {
      this.log.note({ type: 'verifier-died' });
      return this.resumeLater();
    }
    if (fault instanceof CodeUnavailable) return this.log.note({ type: 'code-unavailable', detail: fault.message });
    if (fault instanceof StoreFault) return this.storeFaults.handle(fault);
    this.halt({ code: 'internal', detail: fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault) });
  }

  /** Blocks that came while the disk was full are here, and need less room than documents do. */
  private retryStore(): void {
    if (!this.wasFull) return;
    this.wasFull = false;
    this.resumeLater();
  }

  private resumeLater(): void {
    this.cancelResume();
    this.cancelResume = this.ports.clock.after(RESUME_DELAY_MS, () => {
      this.chain.resume().catch((fault: unknown) => this.reportFault(fault));
    });
  }

  private halt(problem: Problem): void {
    this.phase = 'halted';
    this.cancelResume();
    this.halted = problem;
    this.mining.stop();
    this.peers.stop();
    this.log.note({ type: 'halted', ...problem });
    this.publisher.touch('node');
  }

  private async submitTransaction(tx: Transaction): Promise<Verdict> {
    const verdict = await this.admission.submit(tx);
    if (verdict.ok || verdict.code !== 'already-known') return verdict;
    // Resubmitted because no block has it: perhaps nobody else has it either.
    this.txs.announceAgain([tx]);
    return VALID;
  }

  private greeting() {
    const { hash, height, chainwork } = this.chain.tip;
    return { genesisHash: this.index.genesis.hash, tipHash: hash, tipHeight: height, chainwork };
  }

  private onPeer(peer: Peer, told: Hello): void {
    this.log.note({ type: 'peer-connected', peerId: peer.id, height: peer.tipHeight });
    this.headers.onPeer(peer);
    this.relay.onPeer(peer, told);
    this.txs.onPeer(peer);
    this.blobs.onPeer(peer);
    this.mender.onPeer();
    this.download.pump();
  }

  private onGone(peer: Peer, reason: string): void {
    this.log.note({ type: 'peer-gone', peerId: peer.id, reason });
    this.headers.onGone(peer);
    this.download.onGone(peer);
    this.relay.onGone(peer);
    this.txs.onGone(peer);
    this.blobs.onGone(peer);
    this.mender.onGone(peer);
  }

  private onMessage(peer: Peer, message: PeerMessage): void {
    if (this.phase !== 'running') return;
    routeMessage(this.routes, peer, message)?.catch((fault: unknown) => this.reportFault(fault));
  }

  private onHeaderProgress(): void {
    this.download.pump();
    const wasSynced = this.lastSynced;
    this.lastSynced = this.isSynced;
    // Headers alone change nothing that is mined on.
    if (this.lastSynced && !wasSynced) this.mining.onTipChange();
    this.publisher.touch('chain');
  }

  private onAdmitted(tx: Transaction): void {
    this.txs.onAdmitted(tx);
    this.person.onAdmitted(tx);
    // An own seal follows the document it is about, which was stored just before.
    this.storage.onWrite();
    this.mining.onMempoolChange();
    this.publisher.touch('mempool');
  }

  private onInvalidBlock(block: IndexedHeader, verdict: Rejection): void {
    const { height, hash } = block;
    this.log.note({ type: 'block-refused', height, hash, detail: detailOf(verdict) });
    this.download.onInvalid(block, verdict.code);
  }

  /** Follows a commit, inside the same job of the queue: whatever runs next sees chain, mempool and wallet agree. */
  private async onTipChange(change: TipChange): Promise<void> {
    const disconnected = [...change.disconnected].reverse().flatMap(({ body }) => body.transactions);
    const confirmed = change.connected.flatMap(({ body }) => body.transactions);
    const keys = [...new Set(disconnected.flatMap((tx) => this.core.ledger.touches(tx)))];
    this.mempool.onTip({
      height: change.tip.height,
      changes: change.changes,
      confirmed,
      disconnected,
      state: preloadedState(keys, await this.chain.readState(keys)),
    });
    if (change.disconnected.length > 0) {
      this.lastReorg = { depth: change.disconnected.length, atMs: this.ports.clock.nowMs() };
      this.log.note({ type: 'reorg', off: change.disconnected.length, on: change.connected.length });
    }
    this.recent.onTipChange(change);
    this.mender.onTipChange(change);
    this.txs.onTipChange(confirmed, disconnected);
    this.person.onTipChange(change);
    this.mining.onTipChange();
    const tip = change.connected.at(-1);
    if (tip) this.relay.announce(tip);
    this.storage.onWrite();
    this.publisher.touch('chain', 'mempool', 'mining', 'storage');
  }
}
