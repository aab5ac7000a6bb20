/** The public profile of the organisation that this person speaks for, if they do. */
import type { TxId } from '../../core/ids.ts';
import { encodeUtf8 } from '../../core/text.ts';
import { deriveEncryptionKeyPair } from '../../health/hpke.ts';
import { isTextField } from '../../health/text-fields.ts';
import { verificationDigits } from '../../health/verification-digits.ts';
import { identity as identityKind, ORGANISATION_ROLES } from '../../ledger/identity.ts';
import type { NodeApi, Outcome, ProfileView } from '../api.ts';
import type { PersonContext } from './context.ts';
import { findOrganisation } from './organisations.ts';
import type { Outbox } from './outbox.ts';
import type { RowBatch } from './person-rows.ts';
import { DONE, fail } from './problem.ts';
import { OWN } from './row-types.ts';
import type { Wallet } from './wallet.ts';

/** The ledger's limit. */
const NAME_BYTES_MAX = 80;

export class Profile {
  private readonly context: PersonContext;
  private readonly outbox: Outbox;
  private readonly wallet: Wallet;
  private digits = '';
  /** Perhaps: the chain knows. */
  private isLost = false;

  constructor(context: PersonContext, outbox: Outbox, wallet: Wallet) {
    this.context = context;
    this.outbox = outbox;
    this.wallet = wallet;
  }

  /** The digits need a library that people without a profile need not load. */
  async open(): Promise<void> {
    this.recheck();
    if (this.context.rows.own('profile')) await this.makeDigits();
  }

  view(): ProfileView {
    const profile = this.context.rows.own('profile');
    if (!profile) return { state: 'none', name: '', role: 'clinic', digits: '' };
    const waiting = this.context.rows.get('outbox', profile.txid);
    const state = waiting && waiting.height === undefined ? 'sent' : 'recorded';
    return { state, name: profile.name, role: profile.role, digits: this.digits };
  }

  async publish(order: Parameters<NodeApi['publishProfile']>[0]): Promise<Outcome> {
    const name = order.name.trim();
    if (name === '' || !isTextField(name, NAME_BYTES_MAX) || !ORGANISATION_ROLES.includes(order.role)) {
      return fail('text-invalid', `${encodeUtf8(name).length} bytes`);
    }
    const encryptionKey = await this.makeDigits();
    const { scanPublic: scanKey } = this.context.identity;
    return this.wallet.send(async (accountNonce) => {
      const payload = identityKind.codec.encode({ name, role: order.role, encryptionKey, scanKey });
      const tx = await this.wallet.sign({ kind: identityKind.number, accountNonce, fee: 0n, payload });
      const before = this.context.rows.own('profile');
      const txid = await this.context.rows.change((batch) => {
        const id = this.outbox.add(batch, tx, { kind: 'account' });
        batch.put('profile', OWN, { name, role: order.role, txid: id });
        return id;
      });
      const verdict = await this.outbox.submit(txid);
      if (verdict.ok) return DONE;
      await this.outbox.withdraw(txid, (batch) =>
        before ? batch.put('profile', OWN, before) : batch.delete('profile', OWN),
      );
      return fail('transaction-refused', verdict.code);
    });
  }

  /** Its transaction had to be stamped anew. */
  rename(batch: RowBatch, from: TxId, to: TxId): void {
    const profile = this.context.rows.own('profile');
    if (profile?.txid === from) batch.put('profile', OWN, { ...profile, txid: to });
  }

  /** Another tab of the same person took the account nonce of this transaction. */
  lost(txid: TxId): void {
    if (this.context.rows.own('profile')?.txid === txid) this.isLost = true;
  }

  /** Its transaction is not kept once it is deep; should a chain without it win after all, it has to be sent again. */
  recheck(): void {
    const profile = this.context.rows.own('profile');
    this.isLost ||= profile !== undefined && this.context.rows.get('outbox', profile.txid) === undefined;
  }

  /** Sends the profile again under another account nonce, unless the chain has one: kept, or the other tab's. */
  async publishAgainIfLost(): Promise<void> {
    const profile = this.context.rows.own('profile');
    if (!this.isLost || !profile) return;
    this.isLost = false;
    if (!(await findOrganisation(this.context.core, this.context.account))) await this.publish(profile);
  }

  private async makeDigits(): Promise<Uint8Array> {
    const { accountPublic, encryptionSeed, scanPublic } = this.context.identity;
    const { publicKey } = await deriveEncryptionKeyPair(encryptionSeed);
    this.digits = verificationDigits({ publicKey: accountPublic, encryptionKey: publicKey, scanKey: scanPublic });
    this.context.core.touch('profile');
    return publicKey;
  }
}
