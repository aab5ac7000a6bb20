/** Random valid peer messages, for property tests. */
import fc from 'fast-check';
import { TxId } from '../../src/core/ids.ts';
import type { PeerMessage } from '../../src/core/wire.ts';
import { filler as bytes, fillerUpTo as upTo, uint } from './arbitrary-bytes.ts';
import { blobId, blockHash } from './chain-values.ts';

const txId = bytes(32).map(TxId.of);
const ascii = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength,
    size: 'max',
  });
const part = fc.oneof(fc.constant('manifest' as const), fc.integer({ min: 0, max: 8191 }));
const bitmap = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.tuple(upTo(60), fc.integer({ min: 1, max: 255 })).map(([start, last]) => Uint8Array.of(...start, last)),
);

export const peerMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    protocolVersion: uint(16),
    genesisHash: blockHash,
    nodeKey: bytes(33),
    tipHash: blockHash,
    tipHeight: uint(32),
    chainwork: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    userAgent: ascii(32),
    services: uint(16),
    nonce: bytes(16),
  }),
  fc.record({ type: fc.constant('auth' as const), signature: bytes(65) }),
  fc.record({ type: fc.constant('ping' as const), nonce: uint(32) }),
  fc.record({ type: fc.constant('pong' as const), nonce: uint(32) }),
  fc.record({ type: fc.constant('bye' as const), reason: ascii(40) }),
  fc.record({
    type: fc.constant('getHeaders' as const),
    locator: fc.array(blockHash, { maxLength: 32, size: 'max' }),
    stop: fc.option(blockHash, { nil: undefined }),
    max: fc.integer({ min: 1, max: 2000 }),
  }),
  fc.record({
    type: fc.constant('headers' as const),
    headers: fc.array(fc.record({ header: bytes(112), seal: upTo(20) }), { maxLength: 5, size: 'max' }),
  }),
  fc.record({ type: fc.constant('getBlocks' as const), hashes: fc.array(blockHash, { maxLength: 64, size: 'max' }) }),
  fc.record({ type: fc.constant('block' as const), header: bytes(112), body: upTo(300) }),
  fc.record({
    type: fc.constant('compactBlock' as const),
    header: bytes(112),
    seal: upTo(20),
    salt: bytes(8),
    coinbase: upTo(200),
    shortIds: fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 20, size: 'max' }),
  }),
  fc.record({
    type: fc.constant('getBlockTxs' as const),
    blockHash,
    indexes: fc
      .uniqueArray(fc.integer({ min: 0, max: 20_000 }), { maxLength: 30, size: 'max' })
      .map((indexes) => indexes.sort((a, b) => a - b)),
  }),
  fc.record({
    type: fc.constant('blockTxs' as const),
    blockHash,
    transactions: fc.array(upTo(200), { maxLength: 5, size: 'max' }),
  }),
  fc.record({
    type: fc.constant('inv' as const),
    kind: fc.constant('tx' as const),
    ids: fc.array(txId, { maxLength: 20, size: 'max' }),
  }),
  fc.record({
    type: fc.constant('inv' as const),
    kind: fc.constant('block' as const),
    ids: fc.array(blockHash, { maxLength: 20, size: 'max' }),
  }),
  fc.record({ type: fc.constant('getTx' as const), ids: fc.array(txId, { maxLength: 20, size: 'max' }) }),
  fc.record({ type: fc.constant('tx' as const), transaction: upTo(300) }),
  fc.record({ type: fc.constant('getHave' as const), blobId }),
  fc.record({
    type: fc.constant('have' as const),
    blobId,
    chunks: fc.oneof(fc.constantFrom('all' as const, 'none' as const), bitmap),
  }),
  fc.record({ type: fc.constant('getChunk' as const), blobId, part }),
  fc.record({ type: fc.constant('chunk' as const), blobId, part, bytes: upTo(300) }),
  fc.record({
    type: fc.constant('notFound' as const),
    kind: fc.constant('block' as const),
    ids: fc.array(blockHash, { maxLength: 20, size: 'max' }),
  }),
  fc.record({
    type: fc.constant('notFound' as const),
    kind: fc.constant('tx' as const),
    ids: fc.array(txId, { maxLength: 20, size: 'max' }),
  }),
  fc.record({ type: fc.constant('notFound' as const), kind: fc.constant('chunk' as const), blobId, part }),
);
