/**
 * Branded identifiers: lowercase hex of a fixed length, parsed once at the edge, then impossible to mix up.
 * The casts live here and nowhere else.
 */
import { abytes, fromHex, toHex } from './bytes.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** SHA-256 of the 112 header bytes. */
export type BlockHash = Branded<'BlockHash'>;
/** Tagged hash of a transaction's body, signature excluded. */
export type TxId = Branded<'TxId'>;
/** Who may spend or update: 20 bytes of the tagged hash of a public key. Shown to people as bech32m. */
export type AccountId = Branded<'AccountId'>;
/** A sealed slot: tagged hash of the payload that created it. */
export type SlotId = Branded<'SlotId'>;
/** A sealed document: SHA-256 of its manifest. */
export type BlobId = Branded<'BlobId'>;
/** A network: hash of its spec. */
export type NetworkId = Branded<'NetworkId'>;
/** A node: 16 bytes of the tagged hash of its session public key. */
export type PeerId = Branded<'PeerId'>;
/** A key of the ledger's state map: hex of namespace byte and key. 1 to 33 bytes. */
export type StateKey = Branded<'StateKey'>;

interface IdKind<Id extends string> {
  readonly byteLength: number;
  /** Throws TypeError on a wrong length: for our own bytes. */
  of(bytes: Uint8Array): Id;
  /** For text from outside: undefined unless lowercase hex of the right length. */
  parse(text: string): Id | undefined;
  toBytes(id: Id): Uint8Array;
}

function idKind<Id extends string>(label: string, byteLength: number): IdKind<Id> {
  return {
    byteLength,
    of: (bytes) => toHex(abytes(bytes, byteLength, label)) as Id,
    parse: (text) => (text.length === 2 * byteLength && fromHex(text) ? (text as Id) : undefined),
    toBytes: (id) => fromHex(id)!,
  };
}

export const BlockHash = idKind<BlockHash>('block hash', 32);
export const TxId = idKind<TxId>('txid', 32);
export const AccountId = idKind<AccountId>('account id', 20);
export const SlotId = idKind<SlotId>('slot id', 32);
export const BlobId = idKind<BlobId>('blob id', 32);
export const NetworkId = idKind<NetworkId>('network id', 32);
export const PeerId = idKind<PeerId>('peer id', 16);

export const StateKey = {
  of: (bytes: Uint8Array): StateKey => toHex(bytes) as StateKey,
  toBytes: (key: StateKey): Uint8Array => fromHex(key)!,
};
