/**
 * The person's side of the node: one who opened this tab, with keys, coins, records and what others shared with them.
 * Answers the commands of the API that are theirs, and says what the read model shows of them. Locked until the vault is
 * open; then everything is in a session.
 */
import { fetchCode } from '../../health/deferred-code.ts';
import type { BlobId } from '../../core/ids.ts';
import type { Transaction } from '../../core/transaction.ts';
import type {
  GrantRow,
  InboxRow,
  NodeApi,
  NodeView,
  Outcome,
  ProfileView,
  RecordRow,
  RequestRow,
  TaskRow,
  WalletView,
} from '../api.ts';
import type { FetchProgress } from '../blob-fetch.ts';
import type { TipChange } from '../chain-manager.ts';
import type { NodeCore } from '../node-core.ts';
import type { PersonOptions, PersonSession } from './person-session.ts';
import { DONE, fail, problemOf } from './problem.ts';
import { VaultSession } from './vault-session.ts';

/** The commands of `NodeApi` that the node itself answers. */
type NodeCommands = 'subscribe' | 'unsubscribe' | 'setMining' | 'getBlock';

export class Person implements Omit<NodeApi, NodeCommands> {
  private readonly core: NodeCore;
  private readonly options: PersonOptions;
  private readonly vault: VaultSession;
  private session: PersonSession | undefined;
  private phase: 'starting' | 'started' | 'stopped' = 'starting';
  private opening: Promise<void> | undefined;
  private unlocking: Promise<Outcome> | undefined;

  constructor(core: NodeCore, options: PersonOptions) {
    this.core = core;
    this.options = options;
    this.vault = new VaultSession(core.ports.vault, core.ports.rng);
  }

  // ---------------------------------------------------------------- life

  /**
   * Makes or opens the vault; stays locked where that takes a passphrase. Commands given meanwhile wait. Throws StoreFault
   * when the disk fails, CodeUnavailable when the person's side can't be fetched; either way it can be called again.
   */
  open(): Promise<void> {
    this.opening = this.openVault();
    return this.opening;
  }

  async stop(): Promise<void> {
    this.phase = 'stopped';
    // How these ended is for whoever began them.
    await Promise.allSettled([this.opening, this.unlocking]);
    await this.session?.stop();
  }

  /** Whether there are keys to work with, once that is decided. */
  async isOpen(): Promise<boolean> {
    await Promise.allSettled([this.opening]);
    return this.session !== undefined;
  }

  /** 33 bytes; undefined while locked. */
  minerPublicKey(): Uint8Array | undefined {
    return this.session?.identity.accountPublic;
  }

  onTipChange(change: TipChange): void {
    this.session?.onTipChange(change);
  }

  onAdmitted(tx: Transaction): void {
    this.session?.onAdmitted(tx);
  }

  holdsCurrent(id: BlobId): boolean {
    return this.session?.holdsCurrent(id) ?? false;
  }

  onHoldersChanged(id: BlobId): void {
    this.session?.onHoldersChanged(id);
  }

  onBlobProgress(id: BlobId, _progress: FetchProgress): void {
    this.session?.onBlobProgress(id);
  }

  // ---------------------------------------------------------------- read model

  vaultView(): NodeView['vault'] {
    const view = this.vault.view();
    // Open for whoever looks once all that it opens is here.
    if (view.state !== 'open' || this.session) return view;
    return { ...view, state: this.phase === 'starting' ? 'opening' : 'locked' };
  }

  get personName(): string {
    return this.session?.rows.own('settings')?.personName ?? '';
  }

  walletView(): WalletView {
    return this.session?.wallet.view() ?? { address: '', spendable: 0n, immature: 0n, history: [] };
  }

  records(): RecordRow[] {
    return this.session?.records.rows() ?? [];
  }

  grants(): GrantRow[] {
    return this.session?.grants.rows() ?? [];
  }

  inbox(): InboxRow[] {
    return this.session?.inbox.rows() ?? [];
  }

  requests(): RequestRow[] {
    return this.session?.requests.rows() ?? [];
  }

  profile(): ProfileView {
    return this.session?.profile.view() ?? { state: 'none', name: '', role: 'clinic', digits: '' };
  }

  tasks(): TaskRow[] {
    return this.session?.tasks.views() ?? [];
  }

  // ---------------------------------------------------------------- commands

  async inviteLink(): Promise<string> {
    const { NetworkEntry } = await fetchCode(() => import('./network-entry.ts'));
    const { roomSecret, relays } = this.options;
    return new NetworkEntry(this.core.spec, roomSecret, relays).encode({ kind: 'invite' });
  }

  setPersonName(name: string): Promise<Outcome> {
    return this.command((session) => session.setName(name));
  }

  transfer(order: Parameters<NodeApi['transfer']>[0]): ReturnType<NodeApi['transfer']> {
    return this.command(({ wallet }) => wallet.transfer(order));
  }

  importRecord(file: Blob, name: string): ReturnType<NodeApi['importRecord']> {
    return this.command(({ records }) => records.importRecord(file, name));
  }

  previewReplacement(...order: Parameters<NodeApi['previewReplacement']>): ReturnType<NodeApi['previewReplacement']> {
    return this.command(({ records }) => records.previewReplacement(...order));
  }

  replaceRecord(...order: Parameters<NodeApi['replaceRecord']>): ReturnType<NodeApi['replaceRecord']> {
    return this.command(({ records }) => records.replaceRecord(...order));
  }

  eraseRecord(recordId: string): Promise<Outcome> {
    return this.command(({ records }) => records.eraseRecord(recordId));
  }

  openRecord(id: string): ReturnType<NodeApi['openRecord']> {
    return this.command(({ opener }) => opener.open(id));
  }

  listSection(...[id, section, from, count]: Parameters<NodeApi['listSection']>): ReturnType<NodeApi['listSection']> {
    return this.command(({ opener }) => opener.listSection(id, section, from, count));
  }

  exportRecord(id: string): ReturnType<NodeApi['exportRecord']> {
    return this.command(({ opener }) => opener.export(id));
  }

  cancelTask(taskId: string): Promise<Outcome> {
    return this.command(async ({ tasks }) => {
      tasks.cancel(taskId);
      return DONE;
    });
  }

  describeLink(link: string): ReturnType<NodeApi['describeLink']> {
    return this.command((session) => session.describeLink(link));
  }

  share(order: Parameters<NodeApi['share']>[0]): ReturnType<NodeApi['share']> {
    return this.command(({ grants }) => grants.share(order));
  }

  revoke(grantId: string): Promise<Outcome> {
    return this.command(({ grants }) => grants.revoke(grantId));
  }

  acceptShare(link: string): ReturnType<NodeApi['acceptShare']> {
    return this.command(({ inbox }) => inbox.accept(link));
  }

  removeFromInbox(inboxId: string): Promise<Outcome> {
    return this.command(({ inbox }) => inbox.remove(inboxId));
  }

  publishProfile(profile: Parameters<NodeApi['publishProfile']>[0]): Promise<Outcome> {
    return this.command((session) => session.profile.publish(profile));
  }

  createRequest(request: Parameters<NodeApi['createRequest']>[0]): ReturnType<NodeApi['createRequest']> {
    return this.command(({ requests }) => requests.create(request));
  }

  closeRequest(requestId: string): Promise<Outcome> {
    return this.command(({ requests }) => requests.close(requestId));
  }

  /** Unlocking what is open already does nothing. */
  unlock(passphrase: string): Promise<Outcome> {
    if (this.phase !== 'started') return Promise.resolve(fail('node-starting'));
    if (this.session) return Promise.resolve(DONE);
    this.unlocking ??= this.settle(() => this.openWith(passphrase)).finally(() => (this.unlocking = undefined));
    return this.unlocking;
  }

  setPassphrase(current: string | undefined, next: string | undefined): Promise<Outcome> {
    return this.command(async () => {
      const outcome = await this.vault.setPassphrase(current, next);
      this.core.touch('node');
      return outcome;
    });
  }

  recoveryPhrase(passphrase?: string): ReturnType<NodeApi['recoveryPhrase']> {
    return this.command(() => this.vault.recoveryPhrase(passphrase));
  }

  private async openVault(): Promise<void> {
    const entropy = await this.vault.open();
    if (entropy) await this.beginSession(entropy);
    if (this.phase === 'stopped') return;
    this.phase = 'started';
    this.touchAll();
  }

  private async openWith(passphrase: string): Promise<Outcome> {
    const entropy = await this.vault.unlock(passphrase);
    if (!entropy.ok) return entropy;
    await this.beginSession(entropy.value);
    this.touchAll();
    return DONE;
  }

  /** Most of the program that is not the chain comes with this: a tab runs, syncs and relays before it is here. */
  private async beginSession(entropy: Uint8Array): Promise<void> {
    const { PersonSession } = await fetchCode(() => import('./person-session.ts'));
    if (this.phase !== 'stopped') this.session = await PersonSession.open(this.core, this.options, entropy);
  }

  private async command<T>(run: (session: PersonSession) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.phase === 'starting') await Promise.allSettled([this.opening]);
    const { session } = this;
    if (this.phase === 'stopped') return fail('node-halted');
    if (session) return this.settle(() => run(session));
    if (this.phase === 'starting') return fail('node-starting');
    return fail(this.vault.view().state === 'corrupt' ? 'vault-corrupt' : 'vault-locked');
  }

  /** Every fault is the node's to know; those of the disk are also an answer, the others are bugs. */
  private async settle<T>(run: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    try {
      return await run();
    } catch (fault) {
      const problem = problemOf(fault);
      if (problem?.code !== 'cancelled' && problem?.code !== 'code-unavailable') this.core.reportFault(fault);
      return { ok: false, problem: problem ?? { code: 'internal', detail: String(fault) } };
    }
  }

  private touchAll(): void {
    this.core.touch('node', 'wallet', 'records', 'grants', 'inbox', 'requests', 'profile', 'tasks', 'chain', 'mempool');
  }
}
