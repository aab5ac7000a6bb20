/** Encoding, hashes, signatures, addresses. */
import { rulesOf, type Rule } from '../rule.ts';

/** Hashes under another tag would be hashes of other things. */
const TAGS = [
  ['src/core/account.ts', 'medmesh/account', 'an account is hashed under its own tag'],
  ['src/core/network-spec.ts', 'medmesh/network', 'a network id is hashed under its own tag'],
  ['src/core/transaction.ts', 'medmesh/txid', 'a txid is hashed under its own tag'],
  ['src/core/transaction.ts', 'medmesh/sign', 'what is signed is hashed under its own tag'],
  ['src/core/stamp.ts', 'medmesh/stamp', 'the prefix of a stamp is hashed under its own tag'],
  ['src/ledger/seal.ts', 'medmesh/slot', 'a slot id is hashed under its own tag'],
  ['src/core/lthash.ts', 'medmesh/state', 'the stateRoot is hashed under its own tag'],
  ['src/node/handshake.ts', 'medmesh/peer', 'a peer id is hashed under its own tag'],
  ['src/node/handshake.ts', 'medmesh/handshake', 'the handshake is hashed under its own tag'],
  ['src/core/compact-block.ts', 'medmesh/short-id', 'a short id is hashed under its own tag'],
] as const;

export const ENCODING_RULES: readonly Rule[] = [
  ...rulesOf('src/core/codec.ts', [
    {
      rule: 'the input is not longer than the cap',
      code: 'oversized',
      from: 'if (input.length > maxBytes) return',
      to: 'if (false) return',
    },
    {
      rule: 'an input as long as the cap is read',
      code: 'oversized',
      from: 'input.length > maxBytes',
      to: 'input.length >= maxBytes',
    },
    {
      rule: 'bytes of a field are there',
      code: 'truncated',
      from: 'if (length > this.remaining)',
      to: 'if (false)',
    },
    {
      rule: 'bytes of a uN are there',
      code: 'truncated',
      from: 'if (width > this.remaining)',
      to: 'if (false)',
    },
    {
      rule: 'a varint is at most 2^53 - 1',
      code: 'non-canonical',
      from: 'if (value > Number.MAX_SAFE_INTEGER) this',
      to: 'if (false) this',
    },
    {
      rule: 'a varint may be 2^53 - 1',
      code: 'non-canonical',
      from: 'if (value > Number.MAX_SAFE_INTEGER) this',
      to: 'if (value >= Number.MAX_SAFE_INTEGER) this',
    },
    {
      rule: 'a varint has no last byte of zero',
      code: 'non-canonical',
      from: 'if (byte === 0 && scale > 1)',
      to: 'if (false)',
    },
    {
      rule: 'a varint has at most 8 bytes',
      code: 'non-canonical',
      from: 'if (scale > 2 ** 49)',
      to: 'if (false)',
    },
    {
      rule: 'a varint may have 8 bytes',
      code: 'non-canonical',
      from: 'if (scale > 2 ** 49)',
      to: 'if (scale > 2 ** 42)',
    },
    {
      rule: 'a varint is not above the cap of its field',
      code: 'oversized',
      from: 'if (value > max) this',
      to: 'if (false) this',
    },
    {
      rule: 'a varint may be the cap of its field',
      code: 'oversized',
      from: 'if (value > max) this',
      to: 'if (value >= max) this',
    },
    {
      rule: 'the length of varbytes is not above its cap',
      code: 'oversized',
      from: 'this.bytes(this.varint(maxLength))',
      to: 'this.bytes(this.varint())',
    },
    {
      rule: 'the count of a list is not above its cap',
      code: 'oversized',
      from: 'const count = this.varint(maxCount);',
      to: 'const count = this.varint();',
    },
    {
      rule: 'nothing is left over',
      code: 'trailing-bytes',
      from: 'if (reader.remaining > 0)',
      to: 'if (false)',
    },
  ]),
  ...rulesOf('src/core/text.ts', [
    {
      rule: 'text is well-formed UTF-8 without a byte-order mark',
      code: 'bad-value',
      from: 'return equalBytes(utf8ToBytes(text), bytes) ? text : undefined;',
      to: 'return text;',
    },
    {
      rule: 'plain text does not begin with a space',
      code: 'bad-name',
      from: 'isIn(SPACES, codePoints[0]!) || ',
      to: '',
    },
    {
      rule: 'plain text does not end with a space',
      code: 'bad-name',
      from: ' || isIn(SPACES, codePoints.at(-1)!)',
      to: '',
    },
    {
      rule: 'no space of the list stands at an end of plain text',
      code: 'bad-name',
      from: '[0x2000, 0x200a],',
      to: '',
    },
    {
      rule: 'plain text has no character that hides, breaks lines or turns the direction',
      code: 'bad-name',
      from: 'return !codePoints.some((codePoint) => isIn(UNSEEN, codePoint));',
      to: 'return true;',
    },
    {
      rule: 'a zero-width joiner is plain text',
      code: 'bad-name',
      from: '[0x200b, 0x200b],',
      to: '[0x200b, 0x200d],',
    },
  ]),
  ...rulesOf('src/core/hash.ts', [
    {
      rule: 'a tagged hash differs by its tag',
      from: 'Uint8Array.from(tag, (character)',
      to: "Uint8Array.from('medmesh', (character)",
    },
    {
      rule: 'a tagged hash begins with the hash of its tag twice',
      from: '.update(tagHash).update(tagHash)',
      to: '.update(tagHash)',
    },
  ]),
  ...TAGS.map(([file, tag, rule]) => ({ rule, file, from: `taggedHash('${tag}'`, to: "taggedHash('medmesh/other'" })),
  ...rulesOf('src/core/transaction.ts', [
    {
      rule: 'a signature is valid in one network only',
      code: 'bad-signature',
      from: "taggedHash('medmesh/sign', BlockHash.toBytes(genesisHash), encodeTransactionBody(tx))",
      to: "taggedHash('medmesh/sign', encodeTransactionBody(tx))",
    },
    {
      rule: 'what is signed covers the stamp',
      code: 'bad-signature',
      from: 'BlockHash.toBytes(genesisHash), encodeTransactionBody(tx))',
      to: 'BlockHash.toBytes(genesisHash), encodeTransactionBody({ ...tx, stamp: new Uint8Array(STAMP_BYTES) }))',
    },
    {
      rule: 'a txid covers the stamp',
      from: "taggedHash('medmesh/txid', encodeTransactionBody(tx))",
      to: "taggedHash('medmesh/txid', encodeTransactionBody({ ...tx, stamp: new Uint8Array(STAMP_BYTES) }))",
    },
    {
      rule: 'a txid leaves the signature out',
      from: "taggedHash('medmesh/txid', encodeTransactionBody(tx))",
      to: "taggedHash('medmesh/txid', encodeTransaction({ signature: new Uint8Array(0), ...tx }))",
    },
  ]),
  ...rulesOf('src/core/stamp.ts', [
    {
      rule: 'a stamp is worth something in one network only',
      code: 'stamp-too-low',
      from: "taggedHash('medmesh/stamp', BlockHash.toBytes(genesisHash), unstamped)",
      to: "taggedHash('medmesh/stamp', unstamped)",
    },
    {
      rule: 'a stamp is worth something on one body only',
      code: 'stamp-too-low',
      from: "taggedHash('medmesh/stamp', BlockHash.toBytes(genesisHash), unstamped)",
      to: "taggedHash('medmesh/stamp', BlockHash.toBytes(genesisHash))",
    },
    {
      rule: 'the bits of a stamp are its leading zero bits, not bytes',
      code: 'stamp-too-low',
      from: 'return bits + Math.clz32(byte) - 24;',
      to: 'return bits;',
    },
  ]),
  ...rulesOf('src/core/ecdsa.ts', [
    {
      rule: 's is at most (n - 1)/2',
      code: 'bad-signature',
      from: 'lowS: true',
      to: 'lowS: false',
    },
    {
      rule: 'parity is 0 or 1',
      code: 'bad-signature',
      from: 'if (parity > 1) return false;',
      to: '',
    },
    {
      rule: "R's y has the parity of the signature",
      code: 'bad-signature',
      from: 'return secp256k1.verify(recovered, digest, publicKey, RECOVERABLE);',
      to: "return secp256k1.verify(recovered.subarray(1), digest, publicKey, { ...RECOVERABLE, format: 'compact' });",
    },
    {
      rule: 'what is signed is a digest of 32 bytes',
      code: 'bad-signature',
      from: 'digest.length !== HASH_BYTES || ',
      to: '',
    },
    {
      rule: 'a signature has 65 bytes',
      code: 'bad-signature',
      from: 'signature.length !== SIGNATURE_BYTES || ',
      to: '',
    },
    {
      rule: 'a signature is checked with a key of 33 bytes',
      code: 'bad-signature',
      from: ' || publicKey.length !== PUBLIC_KEY_BYTES) {',
      to: ') {',
    },
    {
      rule: 'a public key is a point of the curve',
      code: 'bad-scan-key',
      from: ' && secp256k1.utils.isValidPublicKey(bytes, true)',
      to: '',
    },
  ]),
  ...rulesOf('src/core/bech32m.ts', [
    {
      rule: 'an address has at least 8 characters',
      code: 'bad-length',
      from: 'text.length < CHECKSUM_CHARACTERS + 2 || ',
      to: '',
    },
    {
      rule: 'an address has at most 90 characters',
      code: 'bad-length',
      from: ' || text.length > TEXT_LENGTH_MAX',
      to: '',
    },
    {
      rule: 'an address of 90 characters is read',
      code: 'bad-length',
      from: 'text.length > TEXT_LENGTH_MAX) return',
      to: 'text.length >= TEXT_LENGTH_MAX) return',
    },
    {
      rule: 'an address is not of mixed case',
      code: 'mixed-case',
      from: 'if (text !== lower && /[a-z]/.test(text))',
      to: 'if (false)',
    },
    {
      rule: 'an address has something before its last 1',
      code: 'bad-prefix',
      from: 'separator < 1 || ',
      to: '',
    },
    {
      rule: 'the prefix of an address is of U+0021-007E',
      code: 'bad-prefix',
      from: ' || !/^[!-~]+$/.test(prefix)',
      to: '',
    },
    {
      rule: 'all after the prefix of an address is of the alphabet',
      code: 'bad-character',
      from: 'if (word < 0)',
      to: 'if (false)',
    },
    {
      rule: 'an address has at least 6 characters after its prefix',
      code: 'bad-length',
      from: 'if (words.length < CHECKSUM_CHARACTERS)',
      to: 'if (false)',
    },
    {
      rule: 'the checksum of an address',
      code: 'bad-checksum',
      from: '!== CHECKSUM_CONSTANT) return',
      to: '=== -1) return',
    },
    {
      rule: 'the checksum is that of bech32m, not of bech32',
      code: 'bad-checksum',
      from: 'const CHECKSUM_CONSTANT = 0x2bc830a3;',
      to: 'const CHECKSUM_CONSTANT = 1;',
    },
    {
      rule: 'fewer than 5 bits are left over in an address',
      code: 'bad-padding',
      from: 'bits >= 5 || ',
      to: '',
    },
    {
      rule: 'the bits left over in an address are zero',
      code: 'bad-padding',
      from: ' || (pending & ((1 << bits) - 1)) !== 0',
      to: '',
    },
  ]),
  ...rulesOf('src/core/account.ts', [
    {
      rule: 'the prefix of an address is mm',
      code: 'bad-prefix',
      from: 'if (prefix !== ADDRESS_PREFIX)',
      to: 'if (false)',
    },
    {
      rule: 'an address has 20 bytes',
      code: 'bad-length',
      from: "if (bytes.length !== AccountId.byteLength) return reject('bad-length', `${bytes.length} bytes`);",
      to: 'if (bytes.length !== AccountId.byteLength) return accept(AccountId.of(new Uint8Array(20)));',
    },
  ]),
];
