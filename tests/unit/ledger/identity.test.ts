import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../src/core/account.ts';
import { decodeIdentity, identity } from '../../../src/ledger/identity.ts';
import { identityKey } from '../../../src/ledger/state-keys.ts';
import { ALICE, BOB, identityTx, makeTx, TestChain } from '../../support/ledger-fixture.ts';

function published(chain: TestChain) {
  const bytes = chain.get(identityKey(ALICE.account));
  return bytes && decodeIdentity(bytes);
}

describe('identity', () => {
  test('is published without coins, and replaced by its owner', () => {
    const chain = new TestChain();
    expect(chain.submitAll(identityTx(ALICE))).toMatchObject({ ok: true });
    expect(published(chain)).toEqual({
      name: 'Clínica São João 医院',
      role: 'clinic',
      encryptionKey: new Uint8Array(1216).fill(7),
      scanKey: BOB.publicKey,
      publicKey: ALICE.publicKey,
      height: 1,
    });
    const next = identityTx(ALICE, { name: 'Farmacia', role: 'pharmacy', accountNonce: 1 });
    expect(chain.submitAll(next)).toMatchObject({ ok: true });
    expect(published(chain)).toMatchObject({ name: 'Farmacia', role: 'pharmacy', height: 2 });
  });

  test('cannot be replayed, so an old profile never comes back', () => {
    const chain = new TestChain();
    const old = identityTx(ALICE);
    chain.submitAll(old);
    chain.submitAll(identityTx(ALICE, { name: 'New name', accountNonce: 1 }));
    expect(chain.submitAll(old)).toMatchObject({ code: 'account-nonce-used' });
    expect(chain.submitAll(identityTx(ALICE, { accountNonce: 3 }))).toMatchObject({ code: 'account-nonce-gap' });
  });

  test.each(['', ' Clinic', 'Clinic\n', 'Cli\u0000nic', 'Clinic \u202Egnp.exe', 'Cli\u200Bnic'])(
    'refuses the name %j',
    (name) => {
      const { ledger } = new TestChain();
      expect(ledger.checkTransaction(identityTx(ALICE, { name }))).toMatchObject({ code: 'bad-name' });
    },
  );

  test('refuses a scan key that is no point of the curve', () => {
    const { ledger } = new TestChain();
    const scanKey = new Uint8Array(33).fill(0xff);
    expect(ledger.checkTransaction(identityTx(ALICE, { scanKey }))).toMatchObject({ code: 'bad-scan-key' });
  });

  test('refuses payloads that no profile encodes to', () => {
    const { ledger } = new TestChain();
    const good = identityTx(ALICE, { name: 'AB' }).payload;
    const changed = (at: number, value: number) => {
      const payload = good.slice();
      payload[at] = value;
      return payload;
    };
    const bad = [
      changed(1, 0xff), // not UTF-8
      changed(3, 0), // no role
      changed(3, 5),
      good.subarray(0, -1),
      Uint8Array.of(...good, 0),
      Uint8Array.of(81, ...new Uint8Array(81).fill(65), ...good.subarray(3)), // a name of 81 bytes
    ];
    for (const payload of bad) {
      expect(ledger.checkTransaction(makeTx(identity.number, ALICE, payload))).toMatchObject({ code: 'bad-payload' });
    }
  });

  test('says who it is', () => {
    expect(identity.summary(identityTx(ALICE, { name: 'Clinic' }))).toEqual({
      kind: 'identity',
      account: formatAddress(ALICE.account),
      name: 'Clinic',
      role: 'clinic',
    });
  });
});
