/** Blocks that break one rule on the tip of a chain, each with the code that the document gives for it. */
import { encodeBody } from '../../src/core/block.ts';
import { concatBytes, fromBigInt, toBigInt } from '../../src/core/bytes.ts';
import { Writer } from '../../src/core/codec.ts';
import { decodeHeader, encodeHeader, hashHeader, type Header } from '../../src/core/header.ts';
import { BlobId, BlockHash, SlotId } from '../../src/core/ids.ts';
import { medianTimePast } from '../../src/core/indexed-header.ts';
import { stampBitsOf } from '../../src/core/stamp.ts';
import { meetsTarget, targetFromBits } from '../../src/core/target.ts';
import {
  decodeTransaction,
  encodeTransaction,
  signTransaction,
  TX_BYTES_MAX,
  type Transaction,
  type TransactionBody,
} from '../../src/core/transaction.ts';
import { seal } from '../../src/ledger/seal.ts';
import { transfer } from '../../src/ledger/transfer.ts';
import { LATE_S } from '../support/mining.ts';
import { Seeded } from '../support/seeded.ts';
import type { Fields, LabBlock } from './lab-chain.ts';
import type { Story } from './story.ts';

/** A block as it is handed around: header and body. */
export type Candidate = Pick<LabBlock, 'header' | 'bytes'>;

export interface Cheat {
  readonly name: string;
  /** What both must say. */
  readonly code: string;
  readonly block: Candidate;
}

const ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;
const IDENTITY = 2;
const zeros = (length: number) => new Uint8Array(length);
const text = (value: string) => new Writer().varbytes(new TextEncoder().encode(value)).finish();

export function cheatsOn(story: Story): Cheat[] {
  const { chain, miner, clinic, stranger, live, erased, past } = story;
  const { spec } = chain;
  const height = chain.nextHeight;
  const cheats: Cheat[] = [];
  const add = (code: string, name: string, block: Candidate): void => void cheats.push({ code, name, block });
  /** A block in which only these others can be wrong. */
  const holding = (...others: readonly Transaction[]) => chain.make([chain.coinbase(miner, others), ...others]);

  headers();
  bodies();
  signatures();
  transactions();
  kinds();
  coinbases();
  return cheats;

  function headers(): void {
    const good = chain.make([chain.coinbase(miner, [], { extra: Uint8Array.of(1) })]);
    const remade = (fields: Partial<Header>): Candidate =>
      chain.make(good.body.transactions, { stateRoot: headerOf(good).stateRoot, ...fields });
    add('truncated', 'a header of 111 bytes', { header: good.header.subarray(0, 111), bytes: zeros(0) });
    add('unknown-parent', 'on nothing', remade({ prevHash: BlockHash.of(zeros(32)) }));
    add('bad-version', 'version 2', remade({ version: 2 }));
    add('bad-version', 'version 0', remade({ version: 0 }));
    add('bad-bits', 'the limit, where more is due', remade({ bits: spec.powLimitBits }));
    add('bad-bits', 'harder than due', remade({ bits: headerOf(good).bits - 1 }));
    add('bad-bits', 'bits that are no target', { ...good, header: encodeHeader({ ...headerOf(good), bits: 0 }) });
    add('high-hash', 'a nonce that just misses', { ...good, header: justMissed(headerOf(good)) });
    add('time-too-old', 'at the median', remade({ timeS: medianTimePast(chain.tip) }));
    add('time-too-new', 'a second past the cap', remade({ timeS: LATE_S + spec.futureCapS + 1 }));
    add('bad-body-root', 'a root of something else', remade({ bodyRoot: zeros(32) }));
    add('bad-state-root', 'the root of nothing', remade({ stateRoot: chain.genesis.header.stateRoot }));
    add('bad-state-root', 'the root of the parent', remade({ stateRoot: chain.tip.header.stateRoot }));
  }

  function bodies(): void {
    const two = [miner.create({ sizeBucket: 77 }), miner.create({ sizeBucket: 78 })] as const;
    const good = holding(...two);
    const { bytes, body } = good;
    const [coinbase] = body.transactions as [Transaction, ...Transaction[]];
    const other = (name: string, code: string, changed: Uint8Array): void =>
      add(code, name, { ...good, bytes: changed });
    const list = (...items: readonly Uint8Array[]) => concatBytes(Uint8Array.of(0, items.length), ...items);
    const sized = (tx: Transaction, longer = 0) => {
      const encoded = encodeTransaction(tx);
      return concatBytes(new Writer().varint(encoded.length + longer).finish(), encoded);
    };
    const room = spec.blockBytesMax - 112;
    other('a byte too long', 'body-oversized', concatBytes(bytes, zeros(room - bytes.length + 1)));
    other('as long as allowed', 'body-trailing-bytes', concatBytes(bytes, zeros(room - bytes.length)));
    other('nothing', 'body-truncated', zeros(0));
    other('a byte less', 'body-truncated', bytes.subarray(0, -1));
    other('a byte more', 'body-trailing-bytes', concatBytes(bytes, zeros(1)));
    other('a seal above its cap', 'body-oversized', concatBytes(Uint8Array.of(0x81, 0x80, 0x04), bytes));
    other('a seal that ends within', 'body-truncated', concatBytes(Uint8Array.of(0x80, 0x80, 0x04), bytes));
    other('more transactions than fit', 'body-oversized', Uint8Array.of(0, 0x89, 0x01));
    other('as many as fit, and none there', 'body-truncated', Uint8Array.of(0, 0x88, 0x01));
    other('a count in two bytes', 'body-non-canonical', concatBytes(Uint8Array.of(0, 0x83, 0), bytes.subarray(2)));
    other('a length too long', 'body-non-canonical', list(sized(coinbase), sized(two[0], 1), sized(two[1])));
    other('a length too short', 'body-non-canonical', list(sized(coinbase, -1), sized(two[0]), sized(two[1])));
    other('a length past the end', 'body-non-canonical', list(sized(coinbase), sized(two[0]), sized(two[1], 900)));
    other(
      'a length above the cap',
      'body-oversized',
      list(sized(coinbase, TX_BYTES_MAX), sized(two[0]), sized(two[1])),
    );
    other('a version that is none', 'body-bad-value', concatBytes(bytes.subarray(0, 4), zeros(1), bytes.subarray(5)));
    other('an expiry of 2^32', 'body-oversized', list(rawTransaction(new Writer().varint(2 ** 32).finish(), zeros(1))));
    other('a payload above its cap', 'body-oversized', list(rawTransaction(zeros(1), Uint8Array.of(0x8a, 0x3f))));
    other('the last one gone', 'bad-body-root', encodeBody({ ...body, transactions: [coinbase, two[0]] }));
    other('the last one twice', 'bad-body-root', encodeBody({ ...body, transactions: [coinbase, ...two, two[1]] }));
    other('in another order', 'bad-body-root', encodeBody({ ...body, transactions: [coinbase, two[1], two[0]] }));
    other('a seal', 'bad-seal', encodeBody({ ...body, seal: zeros(1) }));
    other('a seal and another root', 'bad-body-root', encodeBody({ seal: zeros(1), transactions: [coinbase] }));
  }

  function signatures(): void {
    const tx = miner.create({ sizeBucket: 11 });
    const forged = (name: string, signature: Uint8Array): void =>
      add('bad-signature', name, holding({ ...tx, signature }));
    const part = (r: Uint8Array, s: Uint8Array, parity: number) => concatBytes(r, s, Uint8Array.of(parity));
    const [r, s, parity] = [tx.signature.slice(0, 32), tx.signature.slice(32, 64), tx.signature[64]!];
    forged('s one bit off', part(r, s.with(31, s[31]! ^ 1), parity));
    forged('r one bit off', part(r.with(31, r[31]! ^ 1), s, parity));
    forged('the other parity', part(r, s, parity ^ 1));
    forged('a parity of 2', part(r, s, parity + 2));
    forged('high s', part(r, fromBigInt(ORDER - toBigInt(s), 32), parity ^ 1));
    forged('r of zero', part(zeros(32), s, parity));
    forged('s of zero', part(r, zeros(32), parity));
    forged('r plus the order', part(fromBigInt((toBigInt(r) + ORDER) % 2n ** 256n, 32), s, parity));
    forged('none', zeros(65));
    const sentBy = (name: string, sender: Uint8Array): void =>
      add('bad-signature', name, holding(miner.create({ sizeBucket: 12 }, { sender })));
    sentBy('somebody else’s key', clinic.publicKey);
    sentBy('the opposite key', miner.publicKey.with(0, miner.publicKey[0]! ^ 1));
    sentBy('a key that is no point', concatBytes(Uint8Array.of(2), zeros(31), Uint8Array.of(5)));
    sentBy('a key of another form', miner.publicKey.with(0, 4));
    const elsewhere = signTransaction(tx, zeros(32).fill(1), BlockHash.of(zeros(32)));
    add('bad-signature', 'signed for another network', holding(elsewhere));
    const unknown = { ...miner.tx(4, zeros(0)), signature: zeros(65) };
    add('bad-signature', 'of a kind that is none', holding(unknown));
    // All signatures come before all other rules of the body.
    const late = miner.create({ sizeBucket: 13 }, { expiryHeight: 1 });
    add('bad-signature', 'after one that has expired', holding(late, { ...tx, signature: zeros(65) }));
  }

  function transactions(): void {
    const { accountNonce, balance, immature } = chain.account(miner);
    const on = (code: string, name: string, ...others: readonly Transaction[]): void =>
      add(code, name, holding(...others));
    on('coinbase-misplaced', 'second', chain.coinbase(clinic, [], { amount: 0n }));
    on('unknown-kind', 'kind 4', miner.tx(4, zeros(0)));
    on('unknown-kind', 'kind 255 with a fee', miner.tx(255, zeros(0), { fee: 1n }));
    on('account-nonce-unused', 'free, with an account nonce', miner.create({ sizeBucket: 21 }, { accountNonce }));
    on('stamp-too-low', 'a bit too few', exactly(miner.create({ sizeBucket: 22 }), spec.stampBits - 1));
    on('stamp-too-low', 'a free transfer', exactly(miner.transfer(clinic, 1n), spec.stampBits - 1));
    on('expired', 'a block ago', miner.transfer(clinic, 1n, { expiryHeight: height - 1, fee: 1n }));
    on('expired', 'a free one, at height 1', miner.create({ sizeBucket: 23 }, { expiryHeight: 1 }));
    on('account-nonce-used', 'one below', miner.transfer(clinic, 1n, { accountNonce: accountNonce - 1, fee: 1n }));
    on('account-nonce-used', 'a second one in the block', miner.transfer(clinic, 1n), miner.transfer(clinic, 2n));
    on('account-nonce-gap', 'one above', miner.transfer(clinic, 1n, { accountNonce: accountNonce + 1 }));
    on('account-nonce-gap', 'a seal with a fee', miner.create({}, { fee: 1n, accountNonce: 2 ** 53 - 1 }));
    on('insufficient-balance', 'a fee above all', miner.create({}, { fee: balance + 1n }));
    on('insufficient-balance', 'a fee of a stranger', stranger.create({}, { fee: 1n }));
    on('insufficient-balance', 'an amount above all', miner.transfer(clinic, balance + 1n));
    on('insufficient-balance', 'all, and a fee', miner.transfer(clinic, balance, { fee: 1n }));
    on('insufficient-balance', 'all but the fee, twice', ...twice(balance));
    // The first of these matures in the block after.
    if (immature[0]?.matureHeight !== height + 1) throw new Error('a coinbase about to mature');
    on('insufficient-balance', 'immature', miner.transfer(clinic, balance + immature[0].amount));
    on('insufficient-balance', 'a stranger', stranger.transfer(clinic, 1n));
    on('expired', 'replayed, and expired since', past.transfer);
    on('slot-exists', 'replayed', past.create);
    on('slot-version-used', 'replayed', past.update);
    // Two rules broken: the first in the table speaks.
    on('bad-payload', 'and an unused nonce', miner.tx(seal.number, zeros(3), { accountNonce: 1 }));
    on('account-nonce-unused', 'and no hash', miner.create({ docHash: BlobId.of(zeros(32)) }, { accountNonce: 1 }));
    on('bad-amount', 'and no stamp', exactly(miner.transfer(clinic, 0n), 0));
    on('stamp-too-low', 'and expired', exactly(miner.create({ sizeBucket: 24 }, { expiryHeight: 1 }), 0));
    on('expired', 'and a gap', miner.transfer(clinic, 1n, { expiryHeight: 1, accountNonce: accountNonce + 1 }));
    on('account-nonce-gap', 'and too much', miner.transfer(clinic, balance + 1n, { accountNonce: accountNonce + 1 }));
    on('insufficient-balance', 'and no such slot', miner.update(SlotId.of(zeros(32)), 2, {}, { fee: balance + 1n }));

    function twice(all: bigint): Transaction[] {
      const half = all / 2n;
      return [
        miner.transfer(clinic, half),
        miner.transfer(clinic, all - half + 1n, { accountNonce: accountNonce + 1 }),
      ];
    }
  }

  function kinds(): void {
    const on = (code: string, name: string, tx: Transaction): void => add(code, name, holding(tx));
    const { owner, slotId, version } = live;
    const to = transfer.codec.encode({ to: clinic.account, amount: 1n });
    on('bad-payload', 'a transfer a byte longer', miner.tx(1, concatBytes(to, zeros(1))));
    on('bad-payload', 'a transfer a byte shorter', miner.tx(1, to.subarray(1)));
    on('bad-payload', 'a transfer of nothing at all', miner.tx(1, zeros(0)));
    on('bad-amount', 'a transfer of 0', miner.transfer(clinic, 0n));

    const profile = (name: Uint8Array, role = 1) =>
      clinic.tx(IDENTITY, concatBytes(name, Uint8Array.of(role), zeros(1216), clinic.publicKey));
    const bytes = (...values: readonly number[]) => new Writer().varbytes(Uint8Array.from(values)).finish();
    on('bad-payload', 'role 0', profile(text('A'), 0));
    on('bad-payload', 'role 5', profile(text('A'), 5));
    on('bad-payload', 'a name of 81 bytes', profile(text('a'.repeat(81))));
    on('bad-payload', 'a name with a byte-order mark', profile(bytes(0xef, 0xbb, 0xbf, 0x61)));
    on('bad-payload', 'an overlong form', profile(bytes(0xc0, 0xaf)));
    on('bad-payload', 'a surrogate', profile(bytes(0xed, 0xa0, 0x80)));
    on('bad-payload', 'above U+10FFFF', profile(bytes(0xf4, 0x90, 0x80, 0x80)));
    on('bad-payload', 'half a character', profile(bytes(0x61, 0xe5, 0x8c)));
    on('bad-name', 'no name', profile(text('')));
    for (const point of [
      0x00, 0x0a, 0x7f, 0x9f, 0xad, 0x61c, 0x1160, 0x200b, 0x200f, 0x202e, 0x2060, 0x206f, 0x3164, 0xfeff, 0xffa0,
      0xfffd, 0xe007f,
    ]) {
      on('bad-name', `U+${point.toString(16)} within`, profile(text(`a${String.fromCodePoint(point)}b`)));
    }
    for (const space of [0x20, 0xa0, 0x1680, 0x2000, 0x200a, 0x202f, 0x205f, 0x3000]) {
      on('bad-name', `U+${space.toString(16)} at the end`, profile(text(`a${String.fromCodePoint(space)}`)));
    }
    on('bad-name', 'a space before, and no scan key', clinic.identity({ name: ' a', scanKey: zeros(33) }));
    on('bad-scan-key', 'zeros', clinic.identity({ scanKey: zeros(33) }));
    on('bad-scan-key', 'first byte 4', clinic.identity({ scanKey: clinic.publicKey.with(0, 4) }));
    const noPoint = concatBytes(Uint8Array.of(3), zeros(31), Uint8Array.of(5));
    on('bad-scan-key', 'an x that is on no point', clinic.identity({ scanKey: noPoint }));
    on('bad-scan-key', 'an x above the field', clinic.identity({ scanKey: zeros(33).fill(0xff).with(0, 2) }));

    on('bad-payload', 'a seal that does a third thing', miner.tx(seal.number, Uint8Array.of(2)));
    const update = owner.update(slotId, version + 1).payload;
    on('bad-payload', 'a version in two bytes', owner.tx(seal.number, spliced(update, 33, [0x84, 0x00])));
    on('bad-payload', 'version 2^32', owner.tx(seal.number, spliced(update, 33, [0x80, 0x80, 0x80, 0x80, 0x10])));
    on('bad-doc-hash', 'created empty', miner.create({ docHash: BlobId.of(zeros(32)) }));
    const emptied = { docHash: BlobId.of(zeros(32)), sizeBucket: 1 };
    on('bad-size-bucket', 'erased with a size', owner.update(slotId, version + 1, emptied));
    on('slot-unknown', 'no such slot', owner.update(SlotId.of(zeros(32)), 2));
    on('not-slot-owner', 'somebody else’s', miner.update(slotId, version + 1));
    on('not-slot-owner', 'somebody else’s, erased, an old version', miner.update(erased.slotId, 1));
    on('slot-erased', 'an update', erased.owner.update(erased.slotId, erased.version + 1));
    on('slot-erased', 'erased again, at an old version', erased.owner.erase(erased.slotId, 1));
    on('slot-version-used', 'the version it has', owner.update(slotId, version));
    on('slot-version-used', 'version 0', owner.update(slotId, 0));
    on('slot-version-gap', 'one too many', owner.update(slotId, version + 2));
    on('slot-version-gap', 'the highest there is', owner.update(slotId, 2 ** 32 - 1));
    const create = miner.create({ sizeBucket: 33 });
    add('slot-exists', 'twice in a block', holding(create, exactly(create, 6)));
  }

  function coinbases(): void {
    const plain = chain.coinbase(miner);
    const first = (
      code: string,
      name: string,
      fields: Fields & { payload?: Uint8Array; signature?: Uint8Array },
    ): void => add(code, name, chain.make([{ ...plain, ...fields }]));
    const most = chain.ledger.subsidyAt(height);
    add('coinbase-missing', 'no transactions', chain.make([]));
    add('coinbase-missing', 'a transfer first', chain.make([miner.transfer(clinic, 1n), plain]));
    first('bad-payload', 'a byte longer', { payload: concatBytes(plain.payload, zeros(1)) });
    first('bad-payload', 'extra of 33 bytes', { payload: concatBytes(zeros(8), Uint8Array.of(33), zeros(33)) });
    first('bad-coinbase', 'a fee', { fee: 1n });
    first('bad-coinbase', 'an expiry', { expiryHeight: height });
    first('bad-coinbase', 'a stamp', { stamp: zeros(8).fill(1) });
    first('bad-coinbase', 'a signature, and another height', {
      signature: miner.signed(plain).signature,
      accountNonce: 0,
    });
    first('bad-coinbase-height', 'the parent’s', { accountNonce: height - 1 });
    first('bad-coinbase-height', 'the next, and too much', {
      accountNonce: height + 1,
      payload: chain.coinbase(miner, [], { amount: most + 1n }).payload,
    });
    // At the height where it halves.
    add(
      'coinbase-too-large',
      'the subsidy of the block before',
      chain.make([chain.coinbase(miner, [], { amount: chain.ledger.subsidyAt(height - 1) })]),
    );
    add('coinbase-too-large', 'a grain', chain.make([chain.coinbase(miner, [], { amount: most + 1n })]));
    add(
      'coinbase-too-large',
      'all there could be',
      chain.make([chain.coinbase(miner, [], { amount: 2n ** 64n - 1n })]),
    );
    const paying = miner.transfer(clinic, 1n, { fee: 5n });
    const greedy = chain.coinbase(miner, [], { amount: most + 6n });
    add('coinbase-too-large', 'a grain above subsidy and fees', chain.make([greedy, paying]));
    add('bad-amount', 'after a bad coinbase', chain.make([greedy, miner.transfer(clinic, 0n)]));
  }

  function exactly(tx: Transaction, bits: number): Transaction {
    return stampedExactly(story, tx, bits);
  }
}

/**
 * Blocks with a byte or two of a transaction changed at random, most of them signed again, with headers that commit to
 * them. Their state root is wrong whatever else is, so that none is valid.
 */
export function randomChangesOn({ chain, miner, clinic, live }: Story, seed: number, count: number): Candidate[] {
  const lot = new Seeded(seed);
  const others = [
    miner.transfer(clinic, 5n, { fee: 3n }),
    clinic.identity(),
    miner.create({ sizeBucket: 1 }),
    live.owner.update(live.slotId, live.version + 1),
  ];
  const signers = [undefined, miner, clinic, miner, live.owner];
  const coinbase = chain.coinbase(miner, others);
  return Array.from({ length: count }, (_, extraNonce) => {
    const fields = { stateRoot: zeros(32), extraNonce };
    const honest = [coinbase, ...others];
    const at = lot.below(honest.length);
    const encoded = encodeTransaction(honest[at]!);
    // The head of a transaction and its end say most; the middle of an identity is a key that nobody reads.
    for (let i = 0; i <= lot.below(2); i++) {
      const offset = lot.below(2) === 0 ? lot.below(Math.min(70, encoded.length)) : encoded.length - 1 - lot.below(120);
      encoded[offset] = [0, 1, 0x7f, 0x80, 0xff, lot.below(256)][lot.below(6)]!;
    }
    const decoded = decodeTransaction(encoded);
    if (!decoded.ok) {
      const items = honest.map((tx, i) => new Writer().varbytes(i === at ? encoded : encodeTransaction(tx)).finish());
      return {
        header: chain.make(honest, fields).header,
        bytes: concatBytes(Uint8Array.of(0, honest.length), ...items),
      };
    }
    const signer = lot.below(4) === 0 ? undefined : signers[at];
    const changed = honest.with(at, signer?.signed(decoded.value) ?? decoded.value);
    return chain.make(changed, fields);
  });
}

function headerOf({ header }: Candidate): Header {
  const decoded = decodeHeader(header);
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.value;
}

/** With a nonce whose hash is above the target of its bits, but not twice as high. */
function justMissed(header: Header): Uint8Array {
  const target = targetFromBits(header.bits)!;
  for (let nonce = 0; ; nonce++) {
    const hash = hashHeader({ ...header, nonce });
    if (!meetsTarget(hash, target) && meetsTarget(hash, 2n * target)) return encodeHeader({ ...header, nonce });
  }
}

/** Signed by nobody, sent by nobody; only good for not decoding. @param payload  its length, and no bytes of it */
function rawTransaction(expiry: Uint8Array, payload: Uint8Array): Uint8Array {
  const encoded = concatBytes(Uint8Array.of(1, 3), zeros(33), zeros(1), zeros(8), expiry, payload, zeros(73));
  return new Writer().varbytes(encoded).finish();
}

/** With other bytes in place of one. */
function spliced(bytes: Uint8Array, at: number, replacement: readonly number[]): Uint8Array {
  return concatBytes(bytes.subarray(0, at), Uint8Array.from(replacement), bytes.subarray(at + 1));
}

/** Stamped with exactly so many bits and signed again by whoever of the story sent it. */
function stampedExactly({ chain, miner }: Story, tx: Transaction, bits: number): Transaction {
  for (let counter = 0n; ; counter++) {
    const body: TransactionBody = { ...tx, stamp: fromBigInt(counter, 8) };
    if (stampBitsOf(body, chain.genesis.hash) === bits) return miner.signed(body);
  }
}
