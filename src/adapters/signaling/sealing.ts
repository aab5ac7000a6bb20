/**
 * What the relay carries but must not read: everything between tabs is sealed with the room secret, so that only
 * somebody who was invited can announce a presence or introduce a connection.
 *
 * XChaCha20-Poly1305, because every tab of a room seals with the same key and no counter is shared: its 24-byte nonce may be
 * drawn at random. Layout: nonce (24) || ciphertext || tag (16). The relay can still drop, delay and repeat what it
 * carries; repeats are recognised by the transport's attempt ids.
 * @source draft-irtf-cfrg-xchacha-03
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { abytes, concatBytes, fromHex, toHex } from '../../core/bytes.ts';
import { taggedHash } from '../../core/hash.ts';
import type { RendezvousId, Rng } from '../../node/ports.ts';

export const ROOM_SECRET_BYTES = 16;

const NONCE_BYTES = 24;
const TAG_BYTES = 16;

export interface RoomSeal {
  /** What the relay calls the room: 64 hex digits from which the secret cannot be had. */
  readonly roomId: string;
  sealPresence(presence: Uint8Array): Uint8Array;
  /** Undefined when it was not sealed for this room. */
  openPresence(sealed: Uint8Array): Uint8Array | undefined;
  /** Bound to both ends as the relay names them: it opens nowhere else, and under no other sender. */
  sealSignal(from: RendezvousId, to: RendezvousId, payload: Uint8Array): Uint8Array;
  openSignal(from: RendezvousId, to: RendezvousId, sealed: Uint8Array): Uint8Array | undefined;
}

/** @param secret  ROOM_SECRET_BYTES, from the invite link */
export function roomSeal(secret: Uint8Array, rng: Rng): RoomSeal {
  abytes(secret, ROOM_SECRET_BYTES, 'room secret');
  const room = taggedHash('medmesh/room', secret);
  const key = taggedHash('medmesh/room-key', secret);

  const presenceContext = taggedHash('medmesh/room-presence', room);
  const signalContext = (from: RendezvousId, to: RendezvousId) =>
    taggedHash('medmesh/room-signal', room, rendezvousBytes(from), rendezvousBytes(to));

  const seal = (context: Uint8Array, plaintext: Uint8Array) => {
    const nonce = rng.bytes(NONCE_BYTES);
    return concatBytes(nonce, xchacha20poly1305(key, nonce, context).encrypt(plaintext));
  };
  const open = (context: Uint8Array, sealed: Uint8Array) => {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      return xchacha20poly1305(key, sealed.subarray(0, NONCE_BYTES), context).decrypt(sealed.subarray(NONCE_BYTES));
    } catch {
      // The library's way of saying that the tag does not match: an expected answer here, not a fault.
      return undefined;
    }
  };

  return {
    roomId: toHex(room),
    sealPresence: (presence) => seal(presenceContext, presence),
    openPresence: (sealed) => open(presenceContext, sealed),
    sealSignal: (from, to, payload) => seal(signalContext(from, to), payload),
    openSignal: (from, to, sealed) => open(signalContext(from, to), sealed),
  };
}

/** 16 bytes: ids reach this point through the relay protocol's parser, which admits nothing else. */
function rendezvousBytes(id: RendezvousId): Uint8Array {
  return abytes(fromHex(id) ?? new Uint8Array(0), 16, 'rendezvous id');
}
