/** People doing things: coins sent through the wallet, sealed slots made and updated, by whoever the lot falls on. */
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { BlobId, type SlotId } from '../../src/core/ids.ts';
import { assert } from '../../src/core/result.ts';
import { findStamp, NO_STAMP } from '../../src/core/stamp.ts';
import {
  signTransaction,
  TRANSACTION_VERSION,
  type Transaction,
  type TransactionBody,
} from '../../src/core/transaction.ts';
import { HINT_BYTES } from '../../src/ledger/slot-state.ts';
import { seal, slotIdOf, type SealPayload } from '../../src/ledger/seal.ts';
import type { NodeService } from '../../src/node/service.ts';
import type { World } from './world.ts';

interface OwnSlot {
  readonly secret: Uint8Array;
  readonly slotId: SlotId;
  version: number;
}

export class Traffic {
  sent = 0;
  /** Verdicts of those that were not taken, by code. */
  readonly refused = new Map<string, number>();
  private readonly world: World;
  private readonly slots: OwnSlot[] = [];
  private cancel: () => void = () => undefined;

  constructor(world: World) {
    this.world = world;
  }

  /** One transaction every `everyMs`, until stopped. */
  start(everyMs: number): void {
    this.cancel = this.world.clock.after(everyMs, () => {
      this.start(everyMs);
      void this.act();
    });
  }

  stop(): void {
    this.cancel();
  }

  private async act(): Promise<void> {
    const { lot, openNodes } = this.world;
    const service = openNodes[lot.below(openNodes.length)]?.service;
    if (!service) return;
    const draw = lot.below(3);
    const { spendable } = service.person.walletView();
    if (draw === 0 && spendable > 0n) await this.transfer(service, spendable);
    else if (draw === 1 || this.slots.length === 0) await this.create(service);
    else await this.update(service);
  }

  private async transfer(service: NodeService, spendable: bigint): Promise<void> {
    const { lot, openNodes } = this.world;
    const to = openNodes[lot.below(openNodes.length)]!.service!.person.walletView().address;
    const order = { to, amount: spendable / 10n + 1n, fee: BigInt(lot.below(2)) * 5_000n };
    const outcome = await service.api.transfer(order);
    this.count(outcome.ok ? undefined : `${outcome.problem.code}: ${outcome.problem.detail}`);
  }

  private async create(service: NodeService): Promise<void> {
    const secret = this.world.lot.bytes(32);
    const tx = this.sign(service, secret, { action: 'create', ownerKey: publicKeyOf(secret), ...this.document() });
    if (await this.submit(service, tx)) this.slots.push({ secret, slotId: slotIdOf(tx.payload), version: 1 });
  }

  private async update(service: NodeService): Promise<void> {
    const slot = this.slots[this.world.lot.below(this.slots.length)]!;
    const { slotId, secret } = slot;
    const version = slot.version + 1;
    const tx = this.sign(service, secret, { action: 'update', slotId, version, ...this.document() });
    if (await this.submit(service, tx)) slot.version = version;
  }

  private document(): { docHash: BlobId; sizeBucket: number; hint: Uint8Array } {
    const { lot } = this.world;
    return { docHash: BlobId.of(lot.bytes(32)), sizeBucket: 3, hint: lot.bytes(HINT_BYTES) };
  }

  private sign(service: NodeService, secret: Uint8Array, payload: SealPayload): Transaction {
    const { genesisHash, spec } = service.core;
    const bare: TransactionBody = {
      version: TRANSACTION_VERSION,
      kind: seal.number,
      sender: publicKeyOf(secret),
      accountNonce: 0,
      fee: 0n,
      expiryHeight: 0,
      payload: seal.codec.encode(payload),
      stamp: NO_STAMP,
    };
    const stamped = findStamp(bare, genesisHash, spec.stampBits, 100_000);
    assert(stamped, 'a simulated stamp is easy');
    return signTransaction(stamped, secret, genesisHash);
  }

  /** An update may reach a node that has not heard of the version before it: then it is not taken there. */
  private async submit(service: NodeService, tx: Transaction): Promise<boolean> {
    const verdict = await service.core.submitTransaction(tx);
    this.count(verdict.ok ? undefined : verdict.code);
    return verdict.ok;
  }

  private count(refusal: string | undefined): void {
    if (refusal === undefined) this.sent++;
    else this.refused.set(refusal, (this.refused.get(refusal) ?? 0) + 1);
  }
}
