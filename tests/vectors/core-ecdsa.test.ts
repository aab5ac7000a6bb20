import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, fromBigInt, fromHex, toBigInt, toHex } from '../../src/core/bytes.ts';
import { publicKeyOf, sign, verify } from '../../src/core/ecdsa.ts';
import { sha256 } from '../../src/core/hash.ts';

const { Point } = secp256k1;
const { Fn } = Point;
const text = (value: string) => new TextEncoder().encode(value);

/** Deterministic signatures that several independent libraries agree on: secret, message, r || s. */
const RFC6979: readonly (readonly [string, string, string])[] = [
  [
    '0000000000000000000000000000000000000000000000000000000000000001',
    'Satoshi Nakamoto',
    '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
  ],
  [
    '0000000000000000000000000000000000000000000000000000000000000001',
    'All those moments will be lost in time, like tears in rain. Time to die...',
    '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
  ],
  [
    'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140',
    'Satoshi Nakamoto',
    'fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5',
  ],
  [
    'f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181',
    'Alan Turing',
    '7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea',
  ],
  [
    'e91671c46231f833a6406ccbea0e3e392c76c167bac1cb013f6f1013980455c2',
    "There is a computer disease that anybody who works with computers knows about. It's a very serious disease and it interferes completely with the work. The trouble with computers is that you 'play' with them!",
    'b552edd27580141f3b2a5463048cb7cd3e047b97c9f98076c32dbdf85a68718b279fa72dd19bfae05577e06c7c0c1900c371fcd5893f7e1d56a37d30174671f6',
  ],
];

/** R as the equation gives it, worked out here apart from the code under test. */
function noncePoint(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array) {
  const r = toBigInt(signature.subarray(0, 32));
  const inverse = Fn.inv(toBigInt(signature.subarray(32, 64)));
  const fromMessage = Point.BASE.multiplyUnsafe(Fn.create(toBigInt(digest) * inverse));
  return fromMessage.add(Point.fromBytes(publicKey).multiplyUnsafe(Fn.create(r * inverse)));
}

describe('ECDSA secp256k1', () => {
  test.each(RFC6979)('RFC 6979, secret %s, "%s"', (secretHex, message, expected) => {
    const secret = fromHex(secretHex)!;
    const digest = sha256(text(message));
    const signature = sign(digest, secret);
    expect(toHex(signature.subarray(0, 64))).toBe(expected);
    const point = noncePoint(digest, signature, publicKeyOf(secret)).toAffine();
    expect(point.x).toBe(toBigInt(signature.subarray(0, 32)));
    expect(signature[64]).toBe(Number(point.y & 1n));
    expect(verify(digest, signature, publicKeyOf(secret))).toBe(true);
  });

  test('an R whose x is above the group order is refused, though plain ECDSA takes it', () => {
    // Any R will do, found from its x; the key that makes the equation hold follows from it.
    let x = Fn.ORDER + 1n;
    while (!isCurveX(x)) x++;
    const R = Point.fromBytes(concatBytes(Uint8Array.of(2), fromBigInt(x, 32)));
    const r = x - Fn.ORDER;
    const s = 12345n;
    const digest = sha256(text('high x'));
    const sR = R.multiplyUnsafe(s);
    const zG = Point.BASE.multiplyUnsafe(Fn.create(toBigInt(digest)));
    const publicKey = sR.subtract(zG).multiplyUnsafe(Fn.inv(r)).toBytes(true);
    const plain = concatBytes(fromBigInt(r, 32), fromBigInt(s, 32));
    expect(secp256k1.verify(plain, digest, publicKey, { prehash: false })).toBe(true);
    for (const last of [0, 1, 2, 3]) {
      expect(verify(digest, concatBytes(plain, Uint8Array.of(last)), publicKey), `last byte ${last}`).toBe(false);
    }
  });
});

function isCurveX(x: bigint): boolean {
  return secp256k1.utils.isValidPublicKey(concatBytes(Uint8Array.of(2), fromBigInt(x, 32)), true);
}

const WYCHEPROOF = new URL(
  '../../../shared/data/crypto/wycheproof/ecdsa_secp256k1_sha256_p1363_test.json',
  import.meta.url,
);

interface WycheproofFile {
  testGroups: {
    publicKey: { uncompressed: string };
    tests: { tcId: number; comment: string; msg: string; sig: string; result: 'valid' | 'invalid' }[];
  }[];
}

describe.skipIf(!existsSync(WYCHEPROOF))('Wycheproof (skipped when ../shared/data is absent)', () => {
  test('accepts what is valid, low-S and has R.x below the order: with one parity, never both', () => {
    const { testGroups } = JSON.parse(readFileSync(WYCHEPROOF, 'utf8')) as WycheproofFile;
    const outcomes = { accepted: 0, refused: 0 };
    for (const group of testGroups) {
      const publicKey = Point.fromHex(group.publicKey.uncompressed).toBytes(true);
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const digest = sha256(fromHex(msg)!);
        const compact = fromHex(sig)!;
        const accepted = [0, 1].filter((parity) =>
          verify(digest, concatBytes(compact, Uint8Array.of(parity)), publicKey),
        );
        const isLowS = toBigInt(compact.subarray(32)) <= Fn.ORDER / 2n;
        const isTaken = result === 'valid' && isLowS && comment !== 'k*G has a large x-coordinate';
        expect(accepted.length, `test ${tcId}: ${comment}`).toBe(isTaken ? 1 : 0);
        outcomes[isTaken ? 'accepted' : 'refused']++;
      }
    }
    expect(outcomes.accepted).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(80);
  });
});
