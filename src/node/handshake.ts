/**
 * The first words on a link. Each side says hello, then signs both hellos together with the channel binding: whoever sits
 * between two peers holds two channels with two bindings, so neither signature fits and the link closes.
 */
import { fromBigInt } from '../core/bytes.ts';
import { publicKeyOf, sign, verify } from '../core/ecdsa.ts';
import { taggedHash } from '../core/hash.ts';
import { PeerId, type BlockHash } from '../core/ids.ts';
import { reject, accept, type Result } from '../core/result.ts';
import { encodeMessage, PROTOCOL_VERSION, SERVICE_FULL, type Hello } from '../core/wire.ts';
import type { Rng } from './ports.ts';

const USER_AGENT = 'medmesh/0.1';

/** The node's key for this session: a fresh one at every start, so that nobody is recognised by it later. */
export interface SessionKey {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly peerId: PeerId;
}

export function makeSessionKey(rng: Rng): SessionKey {
  const secret = rng.bytes(32);
  const publicKey = publicKeyOf(secret);
  return { secret, publicKey, peerId: peerIdOf(publicKey) };
}

function peerIdOf(nodeKey: Uint8Array): PeerId {
  return PeerId.of(taggedHash('medmesh/peer', nodeKey).subarray(0, PeerId.byteLength));
}

/** What a node says of its chain when it greets. */
export interface Greeting {
  readonly genesisHash: BlockHash;
  readonly tipHash: BlockHash;
  readonly tipHeight: number;
  readonly chainwork: bigint;
}

export function makeHello(greeting: Greeting, key: SessionKey, rng: Rng): Hello {
  return {
    type: 'hello',
    protocolVersion: PROTOCOL_VERSION,
    genesisHash: greeting.genesisHash,
    nodeKey: key.publicKey,
    tipHash: greeting.tipHash,
    tipHeight: greeting.tipHeight,
    chainwork: greeting.chainwork,
    userAgent: USER_AGENT,
    services: SERVICE_FULL,
    nonce: rng.bytes(16),
  };
}

export type HandshakeCode = 'protocol-version' | 'other-network' | 'self' | 'bad-auth';

/** Whether to go on with a peer that said this. */
export function checkHello(hello: Hello, own: Hello): Result<PeerId, HandshakeCode> {
  if (hello.protocolVersion !== own.protocolVersion) return reject('protocol-version', String(hello.protocolVersion));
  if (hello.genesisHash !== own.genesisHash) return reject('other-network', hello.genesisHash);
  const id = peerIdOf(hello.nodeKey);
  return id === peerIdOf(own.nodeKey) ? reject('self') : accept(id);
}

/** 65 bytes by which `own`'s author shows its key, on this channel, towards this peer. */
export function signHandshake(key: SessionKey, channelBinding: Uint8Array, own: Hello, theirs: Hello): Uint8Array {
  return sign(handshakeDigest(channelBinding, own, theirs), key.secret);
}

export function checkHandshake(signature: Uint8Array, channelBinding: Uint8Array, own: Hello, theirs: Hello): boolean {
  return verify(handshakeDigest(channelBinding, theirs, own), signature, theirs.nodeKey);
}

/** The signer's hello comes first, so that a signature is never an echo of the other side's. */
function handshakeDigest(channelBinding: Uint8Array, signer: Hello, other: Hello): Uint8Array {
  const signerBytes = encodeMessage(signer);
  const lengthPrefix = fromBigInt(BigInt(signerBytes.length), 2);
  return taggedHash('medmesh/handshake', channelBinding, lengthPrefix, signerBytes, encodeMessage(other));
}
