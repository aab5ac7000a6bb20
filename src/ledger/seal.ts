/**
 * `seal`: creates or updates a sealed slot. Records, consents, requests, receipts and claims are all sealed slots and
 * look alike here: a hash of ciphertext, a size bucket, a hint for whom it is. Nothing says who wrote it.
 *
 * Anybody may create a slot for any owner key, signing with a one-time key; only the owner key updates it. Replay is
 * stopped by the slot itself (it exists already, its version moved on), so a seal without a fee uses no account.
 */
import { abytes, equalBytes } from '../core/bytes.ts';
import { decode, Writer, type Reader } from '../core/codec.ts';
import { PUBLIC_KEY_BYTES } from '../core/ecdsa.ts';
import { taggedHash } from '../core/hash.ts';
import { BlobId, SlotId } from '../core/ids.ts';
import { reject, VALID, type Verdict } from '../core/result.ts';
import type { StateView } from '../core/state-view.ts';
import { defineKind, type ApplyContext } from './kind.ts';
import { ERASED, encodeSlot, HINT_BYTES, readSlot } from './slot-state.ts';
import { slotKey } from './state-keys.ts';

interface SealedContent {
  /** The sealed document; `ERASED` in an update that erases the slot for good. */
  readonly docHash: BlobId;
  /** 0 where the slot is erased. */
  readonly sizeBucket: number;
  /** 41 bytes: ephemeral public key and tag. To oneself if to nobody else. */
  readonly hint: Uint8Array;
}

interface SealCreate extends SealedContent {
  readonly action: 'create';
  /** 33 bytes. Not checked to be a point: a slot of a key that is none can never be updated, to its maker's loss. */
  readonly ownerKey: Uint8Array;
}

interface SealUpdate extends SealedContent {
  readonly action: 'update';
  readonly slotId: SlotId;
  /** One more than the slot's. */
  readonly version: number;
}

export type SealPayload = SealCreate | SealUpdate;

const FIRST_VERSION = 1;
const VERSION_MAX = 0xffff_ffff;
const PAYLOAD_BYTES_MAX = 1 + SlotId.byteLength + 5 + BlobId.byteLength + 1 + HINT_BYTES;

export const seal = defineKind({
  number: 3,
  name: 'seal',
  account: 'with-fee',
  codec: {
    /** create: 0 | ownerKey 33 | content. update: 1 | slotId 32 | version varint | content. */
    encode(payload: SealPayload) {
      const writer = new Writer();
      if (payload.action === 'create') writer.u8(0).bytes(abytes(payload.ownerKey, PUBLIC_KEY_BYTES, 'ownerKey'));
      else writer.u8(1).bytes(SlotId.toBytes(payload.slotId)).varint(payload.version);
      return writeContent(writer, payload).finish();
    },
    decode: (bytes) => decode(bytes, PAYLOAD_BYTES_MAX, readSeal),
  },

  check(_tx, payload) {
    if (payload.docHash !== ERASED) return VALID;
    if (payload.action === 'create') return reject('bad-doc-hash', 'a slot created empty');
    return payload.sizeBucket === 0 ? VALID : reject('bad-size-bucket', 'an erased slot has no size');
  },

  touches: (tx, payload) => [slotKey(slotOf(payload, tx.payload))],
  claims: (tx, payload) => [{ line: slotKey(slotOf(payload, tx.payload)), position: versionOf(payload) }],

  apply(view, tx, payload, context) {
    return payload.action === 'create'
      ? create(view, slotIdOf(tx.payload), payload, context)
      : update(view, tx.sender, payload, context);
  },

  summary: (tx, payload) => ({
    kind: 'seal' as const,
    slot: slotOf(payload, tx.payload) as string,
    version: versionOf(payload),
    erased: payload.docHash === ERASED,
    sizeBucket: payload.sizeBucket,
  }),
});

/**
 * The id of the slot that this payload creates. It hashes all of it, so nobody can take the id for other content; a copy
 * under another sender makes the very same slot.
 * @param payload  an encoded `SealCreate`
 */
export function slotIdOf(payload: Uint8Array): SlotId {
  return SlotId.of(taggedHash('medmesh/slot', payload));
}

function create(view: StateView, slotId: SlotId, payload: SealCreate, { height }: ApplyContext): Verdict {
  if (readSlot(view.get, slotId)) return reject('slot-exists', `slot ${slotId}`);
  const { ownerKey, docHash, sizeBucket, hint } = payload;
  view.set(slotKey(slotId), encodeSlot({ ownerKey, version: FIRST_VERSION, docHash, sizeBucket, hint, height }));
  return VALID;
}

function update(view: StateView, sender: Uint8Array, payload: SealUpdate, { height }: ApplyContext): Verdict {
  const { slotId, version, docHash, sizeBucket, hint } = payload;
  const slot = readSlot(view.get, slotId);
  if (!slot) return reject('slot-unknown', `slot ${slotId}`);
  if (!equalBytes(sender, slot.ownerKey)) return reject('not-slot-owner', `slot ${slotId}`);
  // Erasing is final: what keepers have dropped must not look as if it could come back.
  if (slot.docHash === ERASED) return reject('slot-erased', `slot ${slotId}`);
  const detail = `version ${version} after ${slot.version}`;
  if (version <= slot.version) return reject('slot-version-used', detail);
  if (version > slot.version + 1) return reject('slot-version-gap', detail);
  view.set(slotKey(slotId), encodeSlot({ ownerKey: slot.ownerKey, version, docHash, sizeBucket, hint, height }));
  return VALID;
}

function slotOf(payload: SealPayload, encoded: Uint8Array): SlotId {
  return payload.action === 'create' ? slotIdOf(encoded) : payload.slotId;
}

function versionOf(payload: SealPayload): number {
  return payload.action === 'create' ? FIRST_VERSION : payload.version;
}

function writeContent(writer: Writer, content: SealedContent): Writer {
  const hint = abytes(content.hint, HINT_BYTES, 'hint');
  return writer.bytes(BlobId.toBytes(content.docHash)).u8(content.sizeBucket).bytes(hint);
}

function readSeal(reader: Reader): SealPayload {
  const action = reader.u8();
  if (action === 0) return { action: 'create', ownerKey: reader.bytes(PUBLIC_KEY_BYTES), ...readContent(reader) };
  if (action !== 1) reader.fail('bad-value', `seal action ${action}`);
  return {
    action: 'update',
    slotId: SlotId.of(reader.bytes(SlotId.byteLength)),
    version: reader.varint(VERSION_MAX),
    ...readContent(reader),
  };
}

function readContent(reader: Reader): SealedContent {
  return {
    docHash: BlobId.of(reader.bytes(BlobId.byteLength)),
    sizeBucket: reader.u8(),
    hint: reader.bytes(HINT_BYTES),
  };
}
