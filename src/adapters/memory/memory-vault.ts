/** The vault's twin in memory: same contract, no cryptography, any fault on demand. */
import { assert } from '../../core/result.ts';
import { StoreFault, type Vault } from '../../node/ports.ts';
import type { MemoryDisk, MemoryHandle } from './memory-disk.ts';

const VAULT_ROW = 'vault';

export class MemoryVault implements Vault {
  private readonly disk: MemoryDisk;
  private readonly handle: MemoryHandle;
  /** The stored vault that a passphrase opened here. */
  private opened: MemoryDisk['vault'];

  constructor(disk: MemoryDisk) {
    this.disk = disk;
    this.handle = disk.attach('vault');
  }

  async state(): Promise<'empty' | 'open' | 'locked' | 'corrupt'> {
    this.handle.begin('state');
    const { vault } = this.disk;
    if (!vault) return 'empty';
    if (this.disk.isDamaged(VAULT_ROW)) return 'corrupt';
    return vault.passphrase === undefined || vault === this.opened ? 'open' : 'locked';
  }

  async create(entropy: Uint8Array): Promise<void> {
    assert(entropy.length === 16 || entropy.length === 32, `entropy of ${entropy.length} bytes`);
    this.handle.begin('create');
    if (this.disk.vault) {
      this.handle.read('create', VAULT_ROW);
      throw new StoreFault('aborted', 'the vault is not empty');
    }
    this.store('create', entropy.slice(), undefined);
  }

  async open(passphrase?: string): Promise<Uint8Array | undefined> {
    this.handle.begin('open');
    const { vault } = this.disk;
    if (!vault) return undefined;
    this.handle.read('open', VAULT_ROW);
    const alreadyOpen = passphrase === undefined && vault === this.opened;
    if (!alreadyOpen && !opens(vault, passphrase)) return undefined;
    this.opened = vault;
    return vault.entropy.slice();
  }

  async setPassphrase(current: string | undefined, passphrase: string | undefined): Promise<boolean> {
    assert(passphrase !== '', 'an empty passphrase protects nothing');
    this.handle.begin('setPassphrase');
    const { vault } = this.disk;
    assert(vault, 'the vault is empty');
    this.handle.read('setPassphrase', VAULT_ROW);
    if (!opens(vault, current)) return false;
    this.store('setPassphrase', vault.entropy, passphrase?.normalize('NFKC'));
    this.opened = this.disk.vault;
    return true;
  }

  async erase(): Promise<void> {
    this.handle.begin('erase');
    this.handle.write('erase', [VAULT_ROW], () => (this.disk.vault = undefined));
    this.opened = undefined;
  }

  close(): void {
    this.handle.close();
  }

  private store(call: string, entropy: Uint8Array, passphrase: string | undefined): void {
    this.handle.write(call, [VAULT_ROW], () => (this.disk.vault = { entropy, passphrase }));
  }
}

function opens(vault: NonNullable<MemoryDisk['vault']>, passphrase: string | undefined): boolean {
  return vault.passphrase === undefined || vault.passphrase === passphrase?.normalize('NFKC');
}
