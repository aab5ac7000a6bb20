/** The person's coins: what the chain's state says of the account, what is on its way, and what came and went. */
import { accountOf, formatAddress, parseAddress } from '../../core/account.ts';
import { equalBytes } from '../../core/bytes.ts';
import { COINBASE_KIND, txIdOf, type Transaction } from '../../core/transaction.ts';
import type { TxId } from '../../core/ids.ts';
import { AMOUNT_MAX, decodeAccount, holdings, settle } from '../../ledger/account-state.ts';
import { coinbase } from '../../ledger/coinbase.ts';
import { accountKey } from '../../ledger/state-keys.ts';
import { transfer } from '../../ledger/transfer.ts';
import type { NodeApi, Outcome, WalletView } from '../api.ts';
import type { MainBlock } from '../chain-manager.ts';
import { WALLET_ROWS_KEPT } from '../params.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { PersonContext } from './context.ts';
import type { Outbox } from './outbox.ts';
import type { RowBatch } from './person-rows.ts';
import { done, fail } from './problem.ts';
import { OWN, type WalletEntry } from './row-types.ts';
import { stampAndSign } from './stamper.ts';

interface Holdings {
  readonly balance: bigint;
  readonly immature: bigint;
  /** The next one by the chain's state. */
  readonly accountNonce: number;
}

const NOTHING: Holdings = { balance: 0n, immature: 0n, accountNonce: 0 };

export class Wallet {
  private readonly context: PersonContext;
  private readonly outbox: Outbox;
  /** Transactions of the account take their nonces one after the other. */
  private readonly accountQueue = new SerialQueue();
  private holdings = NOTHING;
  private readonly address: string;

  constructor(context: PersonContext, outbox: Outbox) {
    this.context = context;
    this.outbox = outbox;
    this.address = formatAddress(context.account);
  }

  view(): WalletView {
    const history = this.history();
    return {
      address: this.address,
      spendable: this.spendable(),
      immature: this.holdings.immature,
      history: history.map((entry) => ({
        txid: entry.txid,
        type: entry.type,
        amount: BigInt(entry.amount),
        fee: BigInt(entry.fee),
        ...(entry.other === undefined ? {} : { other: entry.other }),
        ...(entry.height === undefined ? {} : { height: entry.height }),
      })),
    };
  }

  /** Reads the account at the tip. @returns its next account nonce */
  async refresh(): Promise<number> {
    const { core, account } = this.context;
    const height = core.chain.tip.height + 1;
    const [bytes] = await core.chain.readState([accountKey(account)]);
    const state = bytes && settle(decodeAccount(bytes), height);
    this.holdings = state
      ? { balance: state.balance, immature: holdings(state) - state.balance, accountNonce: state.accountNonce }
      : NOTHING;
    core.touch('wallet');
    return this.holdings.accountNonce;
  }

  transfer(order: Parameters<NodeApi['transfer']>[0]): Promise<Outcome<{ readonly txid: string }>> {
    const to = parseAddress(order.to.trim());
    if (!to.ok) return Promise.resolve(fail('address-invalid', to.code));
    const { amount, fee } = order;
    if (amount <= 0n || fee < 0n || amount + fee > AMOUNT_MAX) return Promise.resolve(fail('amount-invalid'));
    return this.send(async (accountNonce) => {
      if (amount + fee > this.spendable()) return fail('balance-too-low');
      const payload = transfer.codec.encode({ to: to.value, amount });
      const tx = await this.sign({ kind: transfer.number, accountNonce, fee, payload });
      const txid = await this.context.rows.change((batch) => {
        const id = this.outbox.add(batch, tx, { kind: 'account' });
        const other = formatAddress(to.value);
        this.prepend(batch, [{ txid: id, type: 'sent', amount: `${amount}`, fee: `${fee}`, other }]);
        return id;
      });
      const verdict = await this.outbox.submit(txid);
      if (verdict.ok) return done({ txid });
      await this.outbox.withdraw(txid, (batch) => this.drop(batch, txid));
      return fail('transaction-refused', verdict.code);
    });
  }

  /** Runs what sends a transaction of the account, alone, with the next free account nonce. */
  send<T>(job: (accountNonce: number) => Promise<T>): Promise<T> {
    return this.accountQueue.run(async () => {
      let next = await this.refresh();
      for (const { tx } of this.waitingOfAccount()) next = Math.max(next, tx.accountNonce + 1);
      return job(this.context.core.mempool.nextFree(accountKey(this.context.account), next));
    });
  }

  sign(draft: { kind: number; accountNonce: number; fee: bigint; payload: Uint8Array }): Promise<Transaction> {
    const { accountSecret, accountPublic } = this.context.identity;
    return stampAndSign(this.context, { ...draft, sender: accountPublic }, accountSecret);
  }

  // ---------------------------------------------------------------- history

  /** The history after blocks above `forkHeight` came off (where some did) and `blocks` came on. */
  follow(batch: RowBatch, forkHeight: number | undefined, blocks: readonly MainBlock[]): void {
    const before = this.history();
    let entries = forkHeight === undefined ? before : before.flatMap((entry) => this.unwind(entry, forkHeight));
    for (const { at, body } of blocks) {
      for (const tx of body.transactions) {
        const entry = this.entryOf(tx, at.height);
        if (entry) entries = [entry, ...entries.filter(({ txid }) => txid !== entry.txid)];
      }
    }
    if (entries !== before) batch.put('wallet', OWN, { history: entries.slice(0, WALLET_ROWS_KEPT) });
  }

  rename(batch: RowBatch, from: TxId, to: TxId): void {
    const history = this.history();
    if (!history.some(({ txid }) => txid === from)) return;
    batch.put('wallet', OWN, {
      history: history.map((entry) => (entry.txid === from ? { ...entry, txid: to } : entry)),
    });
  }

  drop(batch: RowBatch, txid: TxId): void {
    const history = batch.peek('wallet', OWN)?.history ?? this.history();
    if (!history.some((entry) => entry.txid === txid)) return;
    batch.put('wallet', OWN, { history: history.filter((entry) => entry.txid !== txid) });
  }

  /**
   * What is left of an entry when the blocks above `height` are gone: what was sent goes back to waiting. What is settled is
   * not sent again: it comes back with the chain that holds it, or was never paid.
   */
  private unwind(entry: WalletEntry, height: number): WalletEntry[] {
    if (entry.height === undefined || entry.height <= height) return [entry];
    if (entry.type !== 'sent' || !this.context.rows.get('outbox', entry.txid)) return [];
    const { height: _, ...waiting } = entry;
    return [waiting];
  }

  private prepend(batch: RowBatch, entries: readonly WalletEntry[]): void {
    batch.put('wallet', OWN, { history: [...entries, ...this.history()].slice(0, WALLET_ROWS_KEPT) });
  }

  private history(): readonly WalletEntry[] {
    return this.context.rows.own('wallet')?.history ?? [];
  }

  private entryOf(tx: Transaction, height: number): WalletEntry | undefined {
    const isOwn = equalBytes(tx.sender, this.context.identity.accountPublic);
    if (tx.kind === COINBASE_KIND) {
      const payload = isOwn ? coinbase.codec.decode(tx.payload) : undefined;
      return payload?.ok
        ? { txid: txIdOf(tx), type: 'mined', amount: `${payload.value.amount}`, fee: '0', height }
        : undefined;
    }
    if (tx.kind !== transfer.number) return undefined;
    const payload = transfer.codec.decode(tx.payload);
    if (!payload.ok) return undefined;
    const { to, amount } = payload.value;
    if (!isOwn && to !== this.context.account) return undefined;
    return {
      txid: txIdOf(tx),
      type: isOwn ? 'sent' : 'received',
      amount: `${amount}`,
      fee: isOwn ? `${tx.fee}` : '0',
      other: formatAddress(isOwn ? to : accountOf(tx.sender)),
      height,
    };
  }

  /** What waits is as good as spent. */
  private spendable(): bigint {
    let left = this.holdings.balance;
    for (const { tx } of this.waitingOfAccount()) {
      const payload = tx.kind === transfer.number ? transfer.codec.decode(tx.payload) : undefined;
      left -= tx.fee + (payload?.ok ? payload.value.amount : 0n);
    }
    return left > 0n ? left : 0n;
  }

  private waitingOfAccount() {
    const { accountPublic } = this.context.identity;
    return this.outbox.waiting().filter(({ tx }) => equalBytes(tx.sender, accountPublic));
  }
}
