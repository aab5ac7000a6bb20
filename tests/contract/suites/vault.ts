import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AssertionError } from '../../../src/core/result.ts';
import type { Vault } from '../../../src/node/ports.ts';
import { damagedRow, faultCode } from './store-faults.ts';

export interface VaultFixture {
  /** As a new tab, or one that was reloaded, sees the vault. */
  open(): Promise<Vault>;
  /** Spoils the stored vault behind its back. */
  damage(): Promise<void>;
  /** Everything stored, comparable. */
  stored(): Promise<unknown>;
  dispose(): Promise<void>;
}

const SHORT = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const LONG = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);

export function describeVault(name: string, makeFixture: () => VaultFixture): void {
  describe(`Vault: ${name}`, () => {
    let fixture: VaultFixture;
    let vault: Vault;

    beforeEach(async () => {
      fixture = makeFixture();
      vault = await fixture.open();
    });

    afterEach(() => fixture.dispose());

    it('is empty at first, and opens to nothing', async () => {
      expect(await vault.state()).toBe('empty');
      expect(await vault.open()).toBeUndefined();
      await expect(vault.setPassphrase(undefined, 'x')).rejects.toThrow(AssertionError);
      await expect(vault.create(new Uint8Array(20))).rejects.toThrow(AssertionError);
      expect(await vault.state()).toBe('empty');
    });

    it('keeps an entropy of either length, open to any tab of this browser', async () => {
      for (const entropy of [SHORT, LONG]) {
        await vault.create(entropy);
        const other = await fixture.open();
        expect(await other.state()).toBe('open');
        expect(await other.open()).toEqual(entropy);
        await other.erase();
        expect(await vault.state()).toBe('empty');
      }
    });

    it('is created once: a second tab changes nothing', async () => {
      await vault.create(SHORT);
      expect(await (await fixture.open()).create(LONG).then(() => 'created', faultCode)).toBe('aborted');
      expect(await vault.open()).toEqual(SHORT);
    });

    it('is locked by a passphrase, in every tab, until it is given', async () => {
      await vault.create(SHORT);
      expect(await vault.setPassphrase(undefined, 'correct horse')).toBe(true);
      expect(await vault.state()).toBe('open');
      const other = await fixture.open();
      expect(await other.state()).toBe('locked');
      expect(await other.open()).toBeUndefined();
      expect(await other.open('')).toBeUndefined();
      expect(await other.open('incorrect horse')).toBeUndefined();
      expect(await other.state()).toBe('locked');
      expect(await other.open('correct horse')).toEqual(SHORT);
      expect(await other.state()).toBe('open');
      expect(await other.open()).toEqual(SHORT);
      expect(await other.open('incorrect horse')).toBeUndefined();
    });

    it('takes a passphrase however the keyboard composes it', async () => {
      await vault.create(SHORT);
      await vault.setPassphrase(undefined, 'cl\u00e9 \uff11\uff12');
      expect(await (await fixture.open()).open('cle\u0301 12')).toEqual(SHORT);
    });

    it('changes the passphrase, and goes back to none, only for who knows the current one', async () => {
      await vault.create(LONG);
      await vault.setPassphrase(undefined, 'first');
      expect(await vault.setPassphrase('wrong', 'second')).toBe(false);
      expect(await vault.setPassphrase(undefined, 'second')).toBe(false);
      expect(await vault.setPassphrase('first', 'second')).toBe(true);
      const other = await fixture.open();
      expect(await other.open('first')).toBeUndefined();
      expect(await other.setPassphrase('first', undefined)).toBe(false);
      expect(await other.setPassphrase('second', undefined)).toBe(true);
      expect(await (await fixture.open()).open()).toEqual(LONG);
    });

    it('locks a tab that was open when another one changes the passphrase', async () => {
      await vault.create(SHORT);
      const other = await fixture.open();
      expect(await other.open()).toEqual(SHORT);
      await vault.setPassphrase(undefined, 'mine');
      expect(await other.state()).toBe('locked');
      expect(await other.open()).toBeUndefined();
    });

    it.each([undefined, 'a passphrase'])(
      'reports damage and never overwrites it (passphrase: %s)',
      async (passphrase) => {
        await vault.create(SHORT);
        if (passphrase) await vault.setPassphrase(undefined, passphrase);
        await fixture.damage();
        const damaged = await fixture.stored();
        const other = await fixture.open();
        expect(await other.state()).toBe('corrupt');
        expect(await damagedRow(other.open(passphrase))).toBe('vault');
        expect(await damagedRow(other.create(LONG))).toBe('vault');
        expect(await damagedRow(other.setPassphrase(passphrase, 'new'))).toBe('vault');
        expect(await fixture.stored()).toEqual(damaged);
        await other.erase();
        expect(await other.state()).toBe('empty');
      },
    );
  });
}
