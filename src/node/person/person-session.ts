/** The person's side of the node from unlocking until the tab closes: makes its parts, and tells them what happens. */
import { accountOf } from '../../core/account.ts';
import type { BlobId } from '../../core/ids.ts';
import { txIdOf, type Transaction } from '../../core/transaction.ts';
import { deriveIdentity, type Identity } from '../../health/identity.ts';
import { NAME_BYTES_MAX } from '../../health/consent.ts';
import { isTextField } from '../../health/text-fields.ts';
import type { LinkDescription, Outcome, Slice } from '../api.ts';
import { BlobCancelled } from '../blob-fetches.ts';
import type { TipChange } from '../chain-manager.ts';
import type { NodeCore } from '../node-core.ts';
import { REBROADCAST_MS } from '../params.ts';
import { StoreFault } from '../ports.ts';
import { SealedRows } from '../sealed-rows.ts';
import type { PersonContext } from './context.ts';
import { Follower, type Walk } from './follower.ts';
import { Grants } from './grants.ts';
import { Inbox } from './inbox.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { describeLink } from './links.ts';
import { NetworkEntry } from './network-entry.ts';
import { Outbox } from './outbox.ts';
import { OwnSlots } from './own-slots.ts';
import { PersonRows, type RowBatch } from './person-rows.ts';
import { Cancelled, DONE, fail } from './problem.ts';
import { Profile } from './profile.ts';
import { RecordOpener } from './record-opener.ts';
import { RecordReader } from './record-reader.ts';
import { Records } from './records.ts';
import { Requests } from './requests.ts';
import { OWN, type TableName } from './row-types.ts';
import { SlotSealer } from './slot-sealer.ts';
import { TaskList } from './tasks.ts';
import { Wallet } from './wallet.ts';

/** How often a share that has not arrived anywhere yet asks around whether it has. */
const SURVEY_MS = 3_000;

const SLICES_OF: Readonly<Record<TableName, readonly Slice[]>> = {
  settings: ['node'],
  position: [],
  slotIndex: [],
  record: ['records', 'grants'],
  grant: ['grants'],
  inbox: ['inbox', 'requests'],
  request: ['requests'],
  profile: ['profile'],
  outbox: ['records', 'grants', 'profile', 'wallet'],
  wallet: ['wallet'],
};

export interface PersonOptions {
  /** ROOM_SECRET_BYTES, for links. */
  readonly roomSecret: Uint8Array;
  /** Relay addresses, for links. */
  readonly relays: readonly string[];
}

export class PersonSession {
  readonly identity: Identity;
  readonly rows: PersonRows;
  readonly wallet: Wallet;
  readonly records: Records;
  readonly grants: Grants;
  readonly inbox: Inbox;
  readonly requests: Requests;
  readonly profile: Profile;
  readonly opener: RecordOpener;
  readonly tasks: TaskList;
  private readonly core: NodeCore;
  private readonly entry: NetworkEntry;
  private readonly context: PersonContext;
  private readonly outbox: Outbox;
  private readonly follower: Follower;
  private readonly running = new Set<Promise<void>>();
  /** What ends each pause under way. */
  private readonly pauses = new Set<(fault: Cancelled) => void>();
  private cancelTimers: (() => void)[] = [];
  private stopped = false;
  /** Blocks came off since own transactions were last sent. */
  private hasUnwound = false;

  private constructor(core: NodeCore, options: PersonOptions, entropy: Uint8Array) {
    this.core = core;
    this.entry = new NetworkEntry(core.spec, options.roomSecret, options.relays);
    this.identity = deriveIdentity(entropy);
    this.rows = new PersonRows(new SealedRows(core.ports, this.identity.storageKey), (tables) =>
      core.touch(...[...tables].flatMap((table) => SLICES_OF[table])),
    );
    this.context = {
      core,
      identity: this.identity,
      account: accountOf(this.identity.accountPublic),
      rows: this.rows,
      pause: () => this.pause(),
      background: (work) => this.background(work),
    };
    this.outbox = new Outbox(this.context, {
      onRenamed: (batch, from, to) => {
        this.wallet.rename(batch, from, to);
        this.profile.rename(batch, from, to);
      },
      onLost: (batch, txid) => {
        this.wallet.drop(batch, txid);
        this.profile.lost(txid);
      },
    });
    const { context, entry, outbox } = this;
    const locks = new KeyedQueue();
    const ownSlots = new OwnSlots(this.rows, this.identity, core.ports.rng);
    const sealer = new SlotSealer(context, outbox);
    const reader = new RecordReader(context);
    this.tasks = new TaskList(() => core.touch('tasks'));
    this.wallet = new Wallet(context, outbox);
    this.profile = new Profile(context, outbox, this.wallet);
    this.grants = new Grants(context, { outbox, ownSlots, sealer, entry, locks });
    this.records = new Records(context, {
      outbox,
      ownSlots,
      sealer,
      reader,
      tasks: this.tasks,
      locks,
      onNewVersion: (recordId) => this.grants.renew(recordId),
    });
    this.inbox = new Inbox(context, { entry, reader, isOwnGrant: (slotId) => this.grants.isOwn(slotId) });
    this.requests = new Requests(context, { entry, receivedFor: (id) => this.inbox.receivedFor(id) });
    this.opener = new RecordOpener(context, this.records, this.inbox, reader);
    this.follower = new Follower(context, {
      onWalk: (walk) => this.onWalk(walk),
      onCaughtUp: () => this.onCaughtUp(),
    });
  }

  /** Reads the person's rows and takes up what an earlier session left. Throws StoreFault. */
  static async open(core: NodeCore, options: PersonOptions, entropy: Uint8Array): Promise<PersonSession> {
    const session = new PersonSession(core, options, entropy);
    const damaged = await session.rows.load();
    for (const key of damaged)
      core.reportFault(new StoreFault('corrupt-row', 'a private row is damaged', `row ${key}`));
    // With rows missing nobody can tell which documents are needed.
    if (damaged.length === 0) await session.dropOrphans();
    await session.follower.resume();
    await session.wallet.refresh();
    session.start();
    return session;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const cancel of this.cancelTimers) cancel();
    for (const end of [...this.pauses]) end(new Cancelled('stopped'));
    await Promise.all(this.running);
    await this.rows.idle();
  }

  // ---------------------------------------------------------------- commands of no part's own

  async setName(name: string): Promise<Outcome> {
    const personName = name.trim();
    if (!isTextField(personName, NAME_BYTES_MAX)) return fail('text-invalid', 'name');
    await this.rows.change((batch) => batch.put('settings', OWN, { personName }));
    return DONE;
  }

  describeLink(link: string): Promise<Outcome<LinkDescription>> {
    return describeLink(this.core, this.entry, link, (slotId) => this.grants.isOwn(slotId));
  }

  // ---------------------------------------------------------------- what happens outside

  onTipChange(change: TipChange): void {
    this.follower.onTipChange(change);
    this.inbox.onStateChange(change.changes);
    this.inbox.onTip();
    // Grants run out by the chain's clock.
    this.core.touch('grants', 'records');
  }

  onAdmitted(tx: Transaction): void {
    this.inbox.onAdmitted(tx);
    if (this.rows.get('outbox', txIdOf(tx))) this.core.touch('records', 'grants', 'wallet', 'profile');
  }

  /** May be served: the chain, or what waits to enter it, names the document, and whoever may read it still may. */
  holdsCurrent(id: BlobId): boolean {
    for (const record of this.rows.all('record')) {
      if (record.blobId === id) return !record.erased && this.isSent(record);
    }
    for (const grant of this.rows.all('grant')) {
      // A revoked capsule is served so that whom it concerns learns of it.
      if (grant.blobId === id) return this.isSent(grant) && (grant.revoked || this.grants.isRunning(grant));
    }
    return this.inbox.holdsCurrent(id);
  }

  onBlobProgress(id: BlobId): void {
    if (this.inbox.isWanted(id)) this.core.touch('inbox');
  }

  onHoldersChanged(id: BlobId): void {
    const own = [...this.rows.all('record'), ...this.rows.all('grant')];
    if (own.some(({ blobId }) => blobId === id)) this.core.touch('records', 'grants');
  }

  // ---------------------------------------------------------------- walking the chain

  private async onWalk({ forkHeight, blocks }: Walk): Promise<(batch: RowBatch) => void> {
    const receive = await this.inbox.scan(blocks.flatMap(({ body }) => body.transactions));
    return (batch) => {
      if (forkHeight !== undefined) {
        this.outbox.unwind(batch, forkHeight);
        this.profile.recheck();
        this.hasUnwound = true;
      }
      if (this.rows.all('outbox').length > 0) {
        for (const { at, body } of blocks) this.outbox.confirm(batch, body.transactions.map(txIdOf), at.height);
      }
      this.wallet.follow(batch, forkHeight, blocks);
      receive(batch);
      const last = blocks.at(-1);
      if (last) this.outbox.settle(batch, last.at.height);
    };
  }

  private async onCaughtUp(): Promise<void> {
    const { tip } = this.core.chain;
    const accountNonce = await this.wallet.refresh();
    this.inbox.wakeUnopened();
    // The state read is that of the walked tip only if nothing moved meanwhile.
    if (!this.follower.isCaughtUp || this.core.chain.tip !== tip) return;
    await this.rows.change((batch) => this.outbox.dropOvertaken(batch, accountNonce));
    await this.profile.publishAgainIfLost();
    if (!this.hasUnwound) return;
    this.hasUnwound = false;
    await this.outbox.submitAll();
  }

  // ---------------------------------------------------------------- life

  private start(): void {
    this.background(() => this.profile.open());
    this.background(async () => {
      await this.outbox.submitAll();
      await this.grants.catchUp();
    });
    this.surveyOwn();
    this.inbox.wakeAll();
    this.follower.wake();
    this.every(REBROADCAST_MS, async () => {
      this.surveyOwn();
      this.inbox.wakeAll();
      await this.outbox.submitAll();
    });
    this.every(SURVEY_MS, async () => this.surveyShared());
  }

  /** Tabs that held a record may have let it go. */
  private surveyOwn(): void {
    for (const { blobId, erased } of this.rows.all('record')) if (!erased) this.core.blobs.findHolders(blobId);
  }

  private surveyShared(): void {
    const { blobs } = this.core;
    for (const grant of this.rows.all('grant')) {
      const record = this.rows.get('record', grant.recordId);
      if (!record || !this.grants.isRunning(grant) || this.grants.keepersOf(grant) > 0) continue;
      blobs.findHolders(grant.blobId);
      blobs.findHolders(record.blobId);
    }
  }

  /** Documents that no row names: left behind by a crash between two writes. */
  private async dropOrphans(): Promise<void> {
    const { ports, blobs } = this.core;
    const named = new Set<BlobId>(this.inbox.documents());
    for (const { blobId } of [...this.rows.all('record'), ...this.rows.all('grant')]) named.add(blobId);
    for (const id of await ports.blobs.list()) if (!named.has(id)) await blobs.drop(id);
  }

  private isSent(own: { slotId: Parameters<Outbox['anchorOf']>[0]; version: number }): boolean {
    return this.outbox.anchorOf(own.slotId, own.version) !== 'saving';
  }

  private every(intervalMs: number, work: () => Promise<void>): void {
    const index = this.cancelTimers.length;
    const arm = () => {
      this.cancelTimers[index] = this.core.ports.clock.after(intervalMs, () => {
        this.background(work);
        arm();
      });
    };
    arm();
  }

  private pause(): Promise<void> {
    if (this.stopped) return Promise.reject(new Cancelled('stopped'));
    return new Promise((resolve, reject) => {
      const cancel = this.core.ports.clock.after(0, () => {
        this.pauses.delete(end);
        resolve();
      });
      const end = (fault: Cancelled) => {
        cancel();
        this.pauses.delete(end);
        reject(fault);
      };
      this.pauses.add(end);
    });
  }

  private background(work: () => Promise<void>): void {
    if (this.stopped) return;
    const run = this.runReporting(work).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async runReporting(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      if (!(fault instanceof Cancelled) && !(fault instanceof BlobCancelled)) this.core.reportFault(fault);
    }
  }
}
