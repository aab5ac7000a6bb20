/** The person's keys: made silently, locked with a passphrase, written down as words. */
import { describe, expect, it } from 'vitest';
import { entropyFromPhrase } from '../../../../src/health/phrase.ts';
import { deriveIdentity } from '../../../../src/health/identity.ts';
import { accountOf, formatAddress } from '../../../../src/core/account.ts';
import { fhirFile, openRoom, until, value } from './harness.ts';

const PASSPHRASE = 'correct horse';

describe('the vault', () => {
  it('opens by itself until it has a passphrase, and then only with it', async () => {
    const tab = await openRoom().open('ada');
    const { address } = tab.model.wallet;
    const { recordId } = value(await tab.api.importRecord(fhirFile('Asthma'), 'a.json'));
    expect(tab.model.node.vault).toEqual({ state: 'open', hasPassphrase: false });
    expect(await tab.api.setPassphrase(undefined, 'short')).toMatchObject({
      problem: { code: 'passphrase-too-short' },
    });
    value(await tab.api.setPassphrase(undefined, PASSPHRASE));
    expect(await tab.api.setPassphrase('wrong', undefined)).toMatchObject({ problem: { code: 'wrong-passphrase' } });

    await tab.restart();
    expect(tab.model.node).toMatchObject({ phase: 'locked', vault: { state: 'locked', hasPassphrase: true } });
    expect(tab.model.records).toEqual([]);
    expect(await tab.api.openRecord(recordId)).toMatchObject({ problem: { code: 'vault-locked' } });
    expect(await tab.api.unlock('correct house')).toMatchObject({ problem: { code: 'wrong-passphrase' } });
    expect(await Promise.all([tab.api.unlock(PASSPHRASE), tab.api.unlock(PASSPHRASE)])).toMatchObject([
      { ok: true },
      { ok: true },
    ]);
    expect(tab.model.wallet.address).toBe(address);
    expect(value(await tab.api.openRecord(recordId)).summary.sections).toHaveLength(1);
    await until('sent again', () => tab.model.records[0]?.anchor === 'sent');
  });

  it('gives its words to whoever knows the passphrase', async () => {
    const tab = await openRoom().open('ada');
    const { words } = value(await tab.api.recoveryPhrase());
    const entropy = await entropyFromPhrase(words.join(' '));
    if (!entropy.ok) throw new Error(entropy.code);
    const { accountPublic } = deriveIdentity(entropy.value);
    expect(formatAddress(accountOf(accountPublic))).toBe(tab.model.wallet.address);
    value(await tab.api.setPassphrase(undefined, PASSPHRASE));
    for (const passphrase of [undefined, 'wrong']) {
      expect(await tab.api.recoveryPhrase(passphrase)).toMatchObject({ problem: { code: 'wrong-passphrase' } });
    }
    expect(value(await tab.api.recoveryPhrase(PASSPHRASE)).words).toEqual(words);
  });

  it('is left alone when it cannot be read', async () => {
    const tab = await openRoom().open('ada');
    await tab.stop();
    const { vault } = tab.disk;
    tab.disk.damage('vault');
    await tab.start();
    expect(tab.model.node.vault.state).toBe('corrupt');
    expect(await tab.api.unlock(PASSPHRASE)).toMatchObject({ problem: { code: 'vault-corrupt' } });
    expect(await tab.api.setPersonName('Ada')).toMatchObject({ problem: { code: 'vault-corrupt' } });
    expect(tab.disk.vault).toBe(vault);
  });
});
