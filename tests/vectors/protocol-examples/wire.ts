/** Examples of docs/protocol/wire.md. */
import { closeFrame, FRAME_BYTES_MAX, FrameCutter } from '../../../src/adapters/webrtc/frames.ts';
import { bindingOf } from '../../../src/adapters/webrtc/channel-binding.ts';
import { encodeSignal, type DialSignal } from '../../../src/adapters/webrtc/signal-codec.ts';
import { roomSeal } from '../../../src/adapters/signaling/sealing.ts';
import { toBase64url } from '../../../src/adapters/signaling/base64url.ts';
import { encodeBody, type Body } from '../../../src/core/block.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { makeCompactBlock } from '../../../src/core/compact-block.ts';
import { taggedHash } from '../../../src/core/hash.ts';
import { encodeHeader, hashHeader } from '../../../src/core/header.ts';
import { BlobId, PeerId } from '../../../src/core/ids.ts';
import { assert } from '../../../src/core/result.ts';
import { encodeTransaction, txIdOf } from '../../../src/core/transaction.ts';
import { decodeMessage, encodeMessage, type Hello, type PeerMessage } from '../../../src/core/wire.ts';
import { checkHandshake, checkHello, makeHello, signHandshake, type SessionKey } from '../../../src/node/handshake.ts';
import { encodeFrame } from '../../../src/relay/protocol.ts';
import { example, fields, row, wrapped, type Examples, type Field } from './format.ts';
import { BLOCK_1, COINBASE, CREATE, fill, GENESIS_HASH, IDENTITY, INDEXED_1, keyOf } from './sample-chain.ts';

const rngOf = (byte: number) => ({ bytes: (length: number) => fill(byte, length) });
const HEADER_1 = encodeHeader(BLOCK_1.header);
const HASH_1 = hashHeader(HEADER_1);
const BODY_1: Body = BLOCK_1.body;

function sessionOf(byte: number): SessionKey {
  const { secret, publicKey } = keyOf(byte);
  return { secret, publicKey, peerId: PeerId.of(taggedHash('medmesh/peer', publicKey).subarray(0, 16)) };
}

const HERE = sessionOf(0x21);
const THERE = sessionOf(0x22);
const greeting = { genesisHash: GENESIS_HASH, tipHash: HASH_1, tipHeight: 1, chainwork: INDEXED_1.chainwork };
const OWN = makeHello(greeting, HERE, rngOf(0x23));
const THEIRS = makeHello(
  { ...greeting, tipHash: GENESIS_HASH, tipHeight: 0, chainwork: INDEXED_1.parent!.chainwork },
  THERE,
  rngOf(0x24),
);
const BINDING = bindingOf(fill(0x32, 32), fill(0x31, 32));
const BLOB = BlobId.of(fill(0x11, 32));

function rowsOf(message: PeerMessage, ...list: readonly Field[]) {
  const encoded = encodeMessage(message);
  assert(decodeMessage(encoded).ok, 'own message');
  return fields(encoded, [1, message.type], ...list);
}

function helloRows(hello: Hello, chainworkBytes: number) {
  return rowsOf(
    hello,
    [2, 'protocolVersion'],
    [32, 'genesisHash'],
    [33, 'nodeKey'],
    [32, 'tipHash'],
    [1, `tipHeight ${hello.tipHeight}`],
    [1 + chainworkBytes, 'chainwork'],
    [12, 'userAgent "medmesh/0.1"'],
    [2, 'services'],
    [16, 'nonce'],
  );
}

function handshake(): string {
  const signature = signHandshake(HERE, BINDING, OWN, THEIRS);
  assert(checkHandshake(signature, BINDING, THEIRS, OWN), 'signed for the other side');
  const checked = checkHello(OWN, THEIRS);
  assert(checked.ok && checked.value === HERE.peerId, 'peer id');
  const own = encodeMessage(OWN);
  const digest = taggedHash(
    'medmesh/handshake',
    BINDING,
    Uint8Array.of(own.length >> 8, own.length & 255),
    own,
    encodeMessage(THEIRS),
  );
  return example(
    [
      row(PeerId.toBytes(HERE.peerId), 'peer id of 21 * 32'),
      row(PeerId.toBytes(THERE.peerId), 'peer id of 22 * 32'),
      row(BINDING, 'channel binding'),
      row(digest, 'digest, signed by 21 * 32'),
    ],
    rowsOf({ type: 'auth', signature }, [65, 'signature']),
  );
}

function compactBlock(): string {
  const message = makeCompactBlock(BLOCK_1, fill(0x41, 8));
  return example(
    rowsOf(
      message,
      [HEADER_1, 'header', 'header'],
      [1, 'seal: none'],
      [8, 'salt'],
      [2, 'length'],
      [encodeTransaction(COINBASE), 'coinbase', 'coinbase'],
      [1, '2 short ids'],
      [8, 'of identity'],
      [8, 'of seal-create'],
    ),
  );
}

function frames(): string {
  const scratch = new Uint8Array(FRAME_BYTES_MAX);
  const ping = new FrameCutter(encodeMessage({ type: 'ping', nonce: 7 }), 'control', 0).next(scratch).slice();
  const long = new FrameCutter(fill(0x09, FRAME_BYTES_MAX), 'bulk', 258);
  const first = long.next(scratch).slice();
  const last = long.next(scratch).slice();
  assert(long.done, 'two frames');
  return example(
    fields(
      ping,
      [1, 'control, first and last'],
      [4, 'message 0'],
      [4, 'length 5'],
      [encodeMessage({ type: 'ping', nonce: 7 }), 'payload', 'ping'],
    ),
    fields(first, [1, 'bulk, first'], [4, 'message 258'], [4, 'length 16,384'], [16_375, 'payload']),
    fields(last, [1, 'bulk, last'], [4, 'message 258'], [9, 'payload']),
    fields(closeFrame('duplicate'), [1, 'close'], [9, 'reason "duplicate"']),
  );
}

function signals(): string {
  const encode = (signal: DialSignal) => encodeSignal({ attempt: '4242424242424242', signal })!;
  return example(
    fields(encode({ kind: 'offer', sdp: 'v=0\r\n' }), [8, 'attempt id'], [1, 'offer'], [1, '5 bytes'], [5, 'SDP']),
    fields(
      encode({ kind: 'candidate', candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }),
      [8, 'attempt id'],
      [1, 'candidate'],
      [1, 'with line index and mid'],
      [2, 'line index'],
      [2, 'mid "0"'],
      [12, 'candidate "candidate:1"'],
    ),
    fields(encode({ kind: 'reject', reason: 'dial-timeout' }), [8, 'attempt id'], [1, 'reject'], [12, 'reason']),
  );
}

function room(): string {
  const secret = fill(0x51, 16);
  const sealing = roomSeal(secret, rngOf(0x52));
  const presence = PeerId.toBytes(HERE.peerId);
  const [from, to] = ['53'.repeat(16), '54'.repeat(16)];
  const roomId = fromHex(sealing.roomId)!;
  const signalContext = taggedHash('medmesh/room-signal', roomId, fill(0x53, 16), fill(0x54, 16));
  return example(
    [
      row(secret, 'room secret'),
      row(sealing.roomId, 'room'),
      row(taggedHash('medmesh/room-key', secret), 'key'),
      row(taggedHash('medmesh/room-presence', roomId), 'associated data of a presence'),
      row(signalContext, 'of a signal, 53 * 16 to 54 * 16'),
    ],
    fields(sealing.sealPresence(presence), [24, 'nonce'], [16, 'sealed peer id of 21 * 32'], [16, 'tag']),
    fields(sealing.sealSignal(from, to, Uint8Array.of(1, 2, 3)), [24, 'nonce'], [3, 'sealed 010203'], [16, 'tag']),
  );
}

function relayFrames(): string {
  const presence = toBase64url(fill(0x55, 3));
  const [self, other] = ['5'.repeat(32), '6'.repeat(32)];
  return [
    { type: 'join', room: '7'.repeat(64), presence } as const,
    { type: 'joined', self, members: [{ id: other, presence }] } as const,
    { type: 'signal', to: other, payload: presence } as const,
    { type: 'signal', from: self, payload: presence } as const,
  ]
    .map((frame) => wrapped(encodeFrame(frame)))
    .join('\n\n');
}

function notFound(): string {
  return example(
    rowsOf({ type: 'notFound', kind: 'block', ids: [GENESIS_HASH] }, [1, 'blocks'], [1, 'one'], [32, 'block hash']),
    rowsOf({ type: 'notFound', kind: 'tx', ids: [txIdOf(IDENTITY)] }, [1, 'transactions'], [1, 'one'], [32, 'txid']),
    rowsOf(
      { type: 'notFound', kind: 'chunk', blobId: BLOB, part: 'manifest' },
      [1, 'part'],
      [32, 'blobId'],
      [1, 'manifest'],
    ),
  );
}

function inventories(): string {
  return example(
    rowsOf({ type: 'inv', kind: 'block', ids: [HASH_1] }, [1, 'blocks'], [1, 'one'], [32, 'block hash']),
    rowsOf(
      { type: 'inv', kind: 'tx', ids: [txIdOf(IDENTITY), txIdOf(CREATE)] },
      [1, 'transactions'],
      [1, 'two'],
      [32, 'txid of identity'],
      [32, 'txid of seal-create'],
    ),
  );
}

function haves(): string {
  return example(
    rowsOf({ type: 'have', blobId: BLOB, chunks: 'none' }, [32, 'blobId'], [1, 'none']),
    rowsOf({ type: 'have', blobId: BLOB, chunks: 'all' }, [32, 'blobId'], [1, 'all']),
    rowsOf(
      { type: 'have', blobId: BLOB, chunks: Uint8Array.of(0x01, 0x82) },
      [32, 'blobId'],
      [1, 'bitmap'],
      [1, '2 bytes'],
      [2, 'chunks 0, 9 and 15'],
    ),
  );
}

function chunkParts(): string {
  return example(
    rowsOf({ type: 'getChunk', blobId: BLOB, part: 'manifest' }, [32, 'blobId'], [1, 'manifest']),
    rowsOf({ type: 'getChunk', blobId: BLOB, part: 300 }, [32, 'blobId'], [1, 'chunk'], [2, '300']),
  );
}

export const WIRE: Examples = {
  'channel-binding': example([
    row(fill(0x31, 32), 'one fingerprint'),
    row(fill(0x32, 32), 'the other'),
    row(BINDING, 'channel binding'),
  ]),
  frames: frames(),
  signals: signals(),
  handshake: handshake(),
  hello: example(helloRows(OWN, 3), helloRows(THEIRS, 3)),
  ping: example(rowsOf({ type: 'ping', nonce: 7 }, [4, 'nonce'])),
  pong: example(rowsOf({ type: 'pong', nonce: 7 }, [4, 'nonce'])),
  bye: example(rowsOf({ type: 'bye', reason: 'timeout' }, [1, '7 bytes'], [7, 'reason "timeout"'])),
  'get-headers': example(
    rowsOf(
      { type: 'getHeaders', locator: [HASH_1, GENESIS_HASH], stop: undefined, max: 2000 },
      [1, 'locator of two'],
      [32, 'block 1'],
      [32, 'genesis'],
      [1, 'no stop'],
      [2, 'max 2,000'],
    ),
  ),
  headers: example(
    rowsOf(
      { type: 'headers', headers: [{ header: HEADER_1, seal: new Uint8Array(0) }] },
      [1, 'one'],
      [HEADER_1, 'header', 'header'],
      [1, 'seal: none'],
    ),
  ),
  'get-blocks': example(rowsOf({ type: 'getBlocks', hashes: [HASH_1] }, [1, 'one'], [32, 'block hash'])),
  'block-message': example(
    rowsOf(
      { type: 'block', header: HEADER_1, body: encodeBody(BODY_1) },
      [HEADER_1, 'header', 'header'],
      [2, 'length of the body'],
      [encodeBody(BODY_1), 'body', 'body of block'],
    ),
  ),
  'not-found': notFound(),
  'compact-block': compactBlock(),
  'get-block-txs': example(
    rowsOf(
      { type: 'getBlockTxs', blockHash: HASH_1, indexes: [1, 2, 5] },
      [32, 'blockHash'],
      [1, 'three'],
      [1, 'position 1'],
      [1, 'position 2'],
      [1, 'position 5'],
    ),
  ),
  'block-txs': example(
    rowsOf(
      { type: 'blockTxs', blockHash: HASH_1, transactions: [encodeTransaction(CREATE)] },
      [32, 'blockHash'],
      [1, 'one'],
      [2, 'length'],
      [encodeTransaction(CREATE), 'transaction', 'seal-create'],
    ),
  ),
  inv: inventories(),
  'get-tx': example(rowsOf({ type: 'getTx', ids: [txIdOf(CREATE)] }, [1, 'one'], [32, 'txid'])),
  tx: example(
    rowsOf({ type: 'tx', transaction: encodeTransaction(CREATE) }, [
      encodeTransaction(CREATE),
      'transaction',
      'seal-create',
    ]),
  ),
  'get-have': example(rowsOf({ type: 'getHave', blobId: BLOB }, [32, 'blobId'])),
  have: haves(),
  'get-chunk': chunkParts(),
  chunk: example(
    rowsOf(
      { type: 'chunk', blobId: BLOB, part: 0, bytes: fill(0x0a, 20) },
      [32, 'blobId'],
      [1, 'chunk'],
      [1, '0'],
      [1, 'length'],
      [20, 'bytes (not those of a real blob)'],
    ),
  ),
  room: room(),
  'relay-frames': relayFrames(),
};
