/** Payloads of every kind of transaction, and the rows of the state. */
import fc from 'fast-check';
import { AssertionError } from '../../../src/core/result.ts';
import type { StateReader } from '../../../src/core/state-view.ts';
import { decodeAccount, encodeAccount, readAccount } from '../../../src/ledger/account-state.ts';
import { coinbase } from '../../../src/ledger/coinbase.ts';
import {
  decodeIdentity,
  ENCRYPTION_KEY_BYTES,
  identity,
  ORGANISATION_ROLES,
  type IdentityPayload,
} from '../../../src/ledger/identity.ts';
import { seal, type SealPayload } from '../../../src/ledger/seal.ts';
import { decodeSlot, encodeSlot, HINT_BYTES, readSlot } from '../../../src/ledger/slot-state.ts';
import { transfer } from '../../../src/ledger/transfer.ts';
import { concatBytes } from '../../../src/core/bytes.ts';
import { Writer } from '../../../src/core/codec.ts';
import { anyCharacter, filler, uint, uint64, upTo } from '../../support/arbitrary-bytes.ts';
import { accountId, blobId, height, slotId } from '../../support/chain-values.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';
import { AccountId, SlotId } from '../../../src/core/ids.ts';
import { codecTarget } from '../engine/decoder-target.ts';
import { bytesMedium } from '../engine/medium.ts';
import { fromThrown } from '../engine/refusals.ts';

const name = fc
  .string({ unit: anyCharacter, maxLength: 24, size: 'max' })
  .filter((text) => !text.startsWith('\u{feff}') && encodeUtf8(text).length <= 80);

const profile: fc.Arbitrary<IdentityPayload> = fc.record({
  name,
  role: fc.constantFrom(...ORGANISATION_ROLES),
  encryptionKey: filler(ENCRYPTION_KEY_BYTES),
  scanKey: filler(33),
});

const sealedContent = { docHash: blobId, sizeBucket: uint(8), hint: filler(HINT_BYTES) };
const sealPayload: fc.Arbitrary<SealPayload> = fc.oneof(
  fc.record({ action: fc.constant('create' as const), ownerKey: filler(33), ...sealedContent }),
  fc.record({ action: fc.constant('update' as const), slotId, version: uint(32), ...sealedContent }),
);

/** The state holds one row: bytes from the disk are read as every reader of the state reads them. */
const only =
  (row: Uint8Array): StateReader =>
  () =>
    row;
const ANY_ACCOUNT = AccountId.of(new Uint8Array(20));
const ANY_SLOT = SlotId.of(new Uint8Array(32));

export const ledgerTargets = [
  codecTarget({
    name: 'coinbase-payload',
    covers: [coinbase.codec.decode],
    medium: bytesMedium,
    valid: fc.record({ amount: uint64, extra: upTo(32) }),
    encode: coinbase.codec.encode,
    decode: coinbase.codec.decode,
    form: 'canonical',
    max: 41,
    weight: 0.5,
  }),
  codecTarget({
    name: 'transfer-payload',
    covers: [transfer.codec.decode],
    medium: bytesMedium,
    valid: fc.record({ to: accountId, amount: uint64 }),
    encode: transfer.codec.encode,
    decode: transfer.codec.decode,
    form: 'canonical',
    max: 28,
    weight: 0.5,
  }),
  codecTarget({
    name: 'identity-payload',
    covers: [identity.codec.decode],
    medium: bytesMedium,
    valid: profile,
    encode: identity.codec.encode,
    decode: identity.codec.decode,
    form: 'canonical',
    max: 1331,
  }),
  codecTarget({
    name: 'seal-payload',
    covers: [seal.codec.decode],
    medium: bytesMedium,
    valid: sealPayload,
    encode: seal.codec.encode,
    decode: seal.codec.decode,
    form: 'canonical',
    max: 112,
  }),
  codecTarget({
    name: 'account-row',
    covers: [decodeAccount, readAccount],
    medium: bytesMedium,
    valid: fc.record({
      balance: uint64,
      accountNonce: fc.maxSafeNat(),
      immature: fc.array(fc.record({ matureHeight: height, amount: uint64 }), { maxLength: 8 }),
    }),
    encode: encodeAccount,
    decode: (row) =>
      fromThrown(AssertionError, () => {
        readAccount(only(row), ANY_ACCOUNT, 1000);
        return decodeAccount(row);
      }),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'slot-row',
    covers: [decodeSlot, readSlot],
    medium: bytesMedium,
    valid: fc.record({
      ownerKey: filler(33),
      version: fc.maxSafeNat(),
      docHash: blobId,
      sizeBucket: uint(8),
      hint: filler(HINT_BYTES),
      height,
    }),
    encode: encodeSlot,
    decode: (row) => fromThrown(AssertionError, () => readSlot(only(row), ANY_SLOT) ?? decodeSlot(row)),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'identity-row',
    covers: [decodeIdentity],
    medium: bytesMedium,
    valid: fc
      .record({ profile, publicKey: filler(33), height })
      .map(({ profile: payload, ...state }) => ({ ...payload, ...state })),
    // What the kind writes is its payload, the key and the height.
    encode: (state) =>
      concatBytes(identity.codec.encode(state), state.publicKey, new Writer().varint(state.height).finish()),
    decode: (row) => fromThrown(AssertionError, () => decodeIdentity(row)),
    form: 'canonical',
    max: 1331 + 33 + 5,
  }),
];
