import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { accountOf, formatAddress } from '../../src/core/account.ts';
import { decodeBody, encodeBody, bodyRootOf } from '../../src/core/block.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { taggedHash } from '../../src/core/hash.ts';
import { decodeHeader, encodeHeader, hashHeader } from '../../src/core/header.ts';
import { BlockHash } from '../../src/core/ids.ts';
import { genesisHeader } from '../../src/core/genesis.ts';
import { decodeSpec, encodeSpec, networkIdOf, presetSpec } from '../../src/core/network-spec.ts';
import { findStamp, stampBitsOf } from '../../src/core/stamp.ts';
import {
  decodeTransaction,
  encodeTransaction,
  signatureDigest,
  signTransaction,
  txIdOf,
} from '../../src/core/transaction.ts';

/** Frozen bytes: a change here is a change of the protocol, and parts every node that has it from those that do not. */
const spec = presetSpec('classroom', { name: 'Room 12', genesisTimeS: 1_700_000_000 });
const genesisHash = hashHeader(genesisHeader(spec));
const secret = new Uint8Array(32).fill(0x11);
const transaction = signTransaction(
  {
    version: 1,
    kind: 5,
    sender: publicKeyOf(secret),
    accountNonce: 300,
    fee: 1_000n,
    expiryHeight: 70_000,
    payload: new TextEncoder().encode('payload'),
    stamp: Uint8Array.of(0, 0, 0, 0, 0, 0, 0x12, 0x34),
  },
  secret,
  genesisHash,
);

describe('frozen encodings', () => {
  test('tagged hash: SHA256(SHA256(tag) || SHA256(tag) || parts), by another implementation', () => {
    const hash = (...parts: (Uint8Array | string)[]) =>
      parts.reduce((h, part) => h.update(part), createHash('sha256')).digest();
    const tag = hash('medmesh/txid');
    expect(toHex(taggedHash('medmesh/txid', Uint8Array.of(1, 2), Uint8Array.of(3)))).toBe(
      hash(tag, tag, Uint8Array.of(1, 2, 3)).toString('hex'),
    );
  });

  test('network spec, its id and its genesis block', () => {
    expect(toHex(encodeSpec(spec))).toBe(
      '0107526f6f6d2031320000053c1e0406ca000000012a05f200a08d0606c0843d78116553f100',
    );
    expect(decodeSpec(encodeSpec(spec))).toEqual({ ok: true, value: spec });
    expect(networkIdOf(spec)).toBe('10c846b079b35997f5afd3a6d2de8f9fe75502f30843faa58141dffb83351a39');
    expect(toHex(encodeHeader(genesisHeader(spec)))).toBe(
      '0001000010c846b079b35997f5afd3a6d2de8f9fe75502f30843faa58141dffb83351a39e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855d796e28b62155555adce05e7bd28d98817c223dc03623af2197a61aea0dd94846553f1001e0406ca00000000',
    );
    expect(genesisHash).toBe('3aa49ef962d8b7b24f8e1cb8f8ffa0f6a185de72edda5c3586060aae1e358642');
  });

  test('header: 112 bytes, hash by another implementation', () => {
    const header = {
      version: 1,
      extraNonce: 0xabcd,
      prevHash: BlockHash.of(new Uint8Array(32).fill(0x22)),
      bodyRoot: new Uint8Array(32).fill(0x33),
      stateRoot: new Uint8Array(32).fill(0x44),
      timeS: 1_700_000_005,
      bits: 0x1d00ffff,
      nonce: 0xdeadbeef,
    };
    const hex = `0001abcd${'22'.repeat(32)}${'33'.repeat(32)}${'44'.repeat(32)}6553f1051d00ffffdeadbeef`;
    expect(toHex(encodeHeader(header))).toBe(hex);
    expect(decodeHeader(fromHex(hex)!)).toEqual({ ok: true, value: header });
    expect(hashHeader(header)).toBe(createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex'));
  });

  test('transaction, its id, what is signed, its stamp', () => {
    expect(toHex(encodeTransaction(transaction))).toBe(
      '0105034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aaac0200000000000003e8f0a204077061796c6f616400000000000012346f9353f8a18010e7fe1e104b8b036881454a383fe9420741ae9b296adb3b718a6e0d44cadb39377d4a217603bbec3a2d1bc5e5e6d7feaa5b16e30e9d78ab5ad801',
    );
    expect(decodeTransaction(encodeTransaction(transaction))).toEqual({ ok: true, value: transaction });
    expect(txIdOf(transaction)).toBe('9f3773bdc2afdb26c72024baf79ddcc779b534160e9e29f52dd34b9b84b9f61a');
    expect(toHex(signatureDigest(transaction, genesisHash))).toBe(
      '4dbefc6774ea52e2bd18aa78081fb6a8c6a3b084c883fbcf8774e02e66082c99',
    );
    expect(stampBitsOf(transaction, genesisHash)).toBe(0);
    const stamped = findStamp(transaction, genesisHash, 12, 1000);
    expect(stamped && toHex(stamped.stamp)).toBe('000000000000011c');
    expect(stamped && stampBitsOf(stamped, genesisHash)).toBe(13);
  });

  test('body and its root', () => {
    const body = { seal: new Uint8Array(0), transactions: [transaction, transaction] };
    const encoded = toHex(encodeTransaction(transaction));
    const hex = `00028101${encoded}8101${encoded}`;
    expect(toHex(encodeBody(body))).toBe(hex);
    expect(decodeBody(fromHex(hex)!, spec.blockBytesMax)).toEqual({ ok: true, value: body });
    expect(toHex(bodyRootOf(body))).toBe('96c81d069bcec9410a4807d22bb19d4d049a460c3104660fd2c651569cd2d713');
  });

  test('address', () => {
    expect(formatAddress(accountOf(publicKeyOf(secret)))).toBe('mm1asvswpc9xq3lp4emc7nwwgjg4sz9m9lp2wa2rq');
  });
});
