/**
 * One secret per person, from which every key grows: 16 or 32 bytes of entropy, shown to people as 12 or 24 words
 * (phrase.ts). The words are only a way to write the entropy down, so that the same keys come from any language.
 *
 * secp256k1 keys are hardened BIP-32 children, so that one that leaks gives away no other:
 *
 *   m/28013'/0'/0'            account: coins, an organisation's profile, and what one-time owner keys build on
 *   m/28013'/1'/0'            scan: recognises hints
 *   m/28013'/2'/i'            owner of own slot i
 *   m/28013'/3'/a'/b'/c'/d'   grantor towards one grantee; a..d are 31-bit words of a hash of the grantee
 *
 * Encryption seed, storage key and wrap secrets are HKDF of the same entropy.
 */
import { HDKey, HARDENED_OFFSET } from '@scure/bip32';
import { publicKeyOf } from '../core/ecdsa.ts';
import { taggedHash } from '../core/hash.ts';
import { assert } from '../core/result.ts';
import { deriveKey } from './key-derivation.ts';

/** BIP-43 purpose, `mm` as a number. */
const PURPOSE = 28013;
const ROLE = { account: 0, scan: 1, ownSlot: 2, grantor: 3 } as const;
const SEED_BYTES = 64;
const INDEX_MASK = 0x7fff_ffff;

export interface OwnSlot {
  readonly ownerSecret: Uint8Array;
  readonly ownerPublic: Uint8Array;
  /** 32 bytes: wraps the content keys of this slot (stanzas.ts). */
  readonly wrapSecret: Uint8Array;
}

export interface SigningKey {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface Identity {
  /** Signs transfers, coinbases and an organisation's profile; one-time owner keys are made from it. */
  readonly accountSecret: Uint8Array;
  readonly accountPublic: Uint8Array;
  /** Recognises hints; can neither spend nor sign for a slot. */
  readonly scanSecret: Uint8Array;
  readonly scanPublic: Uint8Array;
  /** 32 bytes for `deriveEncryptionKeyPair` (hpke.ts). */
  readonly encryptionSeed: Uint8Array;
  /** 32 bytes: encrypts what this person's node keeps for itself. */
  readonly storageKey: Uint8Array;
  /** Keys of the `index`-th slot this person makes for themselves, 0..2^31 - 1. One slot per index, ever. */
  ownSlot(index: number): OwnSlot;
  /** Signs grants to one grantee: the same key for one grantee, unrelated keys for two. `granteeId`: `granteeIdOf` (capsule.ts). */
  grantorFor(granteeId: Uint8Array): SigningKey;
}

/**
 * @param entropy 16 or 32 secret bytes, evenly random
 * @source BIP-32 (private parent to private child, hardened only)
 */
export function deriveIdentity(entropy: Uint8Array): Identity {
  assert(entropy.length === 16 || entropy.length === 32, `entropy of ${entropy.length} bytes`);
  const master = HDKey.fromMasterSeed(deriveKey(entropy, 'bip32 seed', undefined, SEED_BYTES));
  const root = master.deriveChild(HARDENED_OFFSET + PURPOSE);
  const roleNode = (role: number) => hardened(root, role);
  const account = signingKey(hardened(roleNode(ROLE.account), 0));
  const scan = signingKey(hardened(roleNode(ROLE.scan), 0));
  const ownSlots = roleNode(ROLE.ownSlot);
  const grantors = roleNode(ROLE.grantor);
  return {
    accountSecret: account.secret,
    accountPublic: account.publicKey,
    scanSecret: scan.secret,
    scanPublic: scan.publicKey,
    encryptionSeed: deriveKey(entropy, 'encryption seed'),
    storageKey: deriveKey(entropy, 'storage key'),
    ownSlot(index) {
      const { secret, publicKey } = signingKey(hardened(ownSlots, index));
      return { ownerSecret: secret, ownerPublic: publicKey, wrapSecret: deriveKey(entropy, 'wrap secret', publicKey) };
    },
    grantorFor(granteeId) {
      const words = new DataView(taggedHash('medmesh/grantor-path', granteeId).buffer);
      let node = grantors;
      for (let level = 0; level < 4; level++) node = hardened(node, words.getUint32(4 * level) & INDEX_MASK);
      return signingKey(node);
    },
  };
}

function hardened(parent: HDKey, index: number): HDKey {
  return parent.deriveChild(HARDENED_OFFSET + index);
}

function signingKey(node: HDKey): SigningKey {
  const secret = node.privateKey;
  assert(secret, 'private node');
  return { secret, publicKey: publicKeyOf(secret) };
}
