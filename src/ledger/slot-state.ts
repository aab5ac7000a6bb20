/** Sealed slots in the state: who owns them, how often they changed, and which document is in them now. */
import { decode, Writer } from '../core/codec.ts';
import { PUBLIC_KEY_BYTES } from '../core/ecdsa.ts';
import { BlobId, type SlotId } from '../core/ids.ts';
import { assert } from '../core/result.ts';
import type { StateReader } from '../core/state-view.ts';
import { HEIGHT_MAX } from '../core/transaction.ts';
import { slotKey } from './state-keys.ts';

/** Ephemeral public key 33 || tag 8. */
export const HINT_BYTES = 41;
/** In place of a document: the slot is erased, for good. */
export const ERASED: BlobId = BlobId.of(new Uint8Array(BlobId.byteLength));

export interface SlotState {
  /** 33 bytes. */
  readonly ownerKey: Uint8Array;
  /** 1 when created, then one more with every update. */
  readonly version: number;
  /** The sealed document, or `ERASED`. */
  readonly docHash: BlobId;
  /** The document's padded size as a number of the bucket table. */
  readonly sizeBucket: number;
  /** 41 bytes, of the last change. */
  readonly hint: Uint8Array;
  /** Of the last change. */
  readonly height: number;
}

export function readSlot(state: StateReader, slot: SlotId): SlotState | undefined {
  const bytes = state(slotKey(slot));
  return bytes === undefined ? undefined : decodeSlot(bytes);
}

/** ownerKey 33 | version varint | docHash 32 | sizeBucket u8 | hint 41 | height varint. */
export function encodeSlot(slot: SlotState): Uint8Array {
  return new Writer()
    .bytes(slot.ownerKey)
    .varint(slot.version)
    .bytes(BlobId.toBytes(slot.docHash))
    .u8(slot.sizeBucket)
    .bytes(slot.hint)
    .varint(slot.height)
    .finish();
}

/** Of a stored value. Bytes that are no slot mean the state is corrupt. */
export function decodeSlot(bytes: Uint8Array): SlotState {
  const decoded = decode(bytes, bytes.length, (reader) => ({
    ownerKey: reader.bytes(PUBLIC_KEY_BYTES),
    version: reader.varint(),
    docHash: BlobId.of(reader.bytes(BlobId.byteLength)),
    sizeBucket: reader.u8(),
    hint: reader.bytes(HINT_BYTES),
    height: reader.varint(HEIGHT_MAX),
  }));
  assert(decoded.ok, 'corrupt slot in the state');
  return decoded.value;
}
