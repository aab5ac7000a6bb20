/** The person's secret while the tab is open: made silently for whoever is new, unlocked by those who set a passphrase. */
import { phraseFromEntropy } from '../../health/phrase.ts';
import type { NodeView, Outcome } from '../api.ts';
import { PASSPHRASE_MIN } from '../params.ts';
import { StoreFault, type Rng, type Vault } from '../ports.ts';
import { DONE, done, fail } from './problem.ts';

/** 12 words. */
const ENTROPY_BYTES = 16;

export class VaultSession {
  private readonly vault: Vault;
  private readonly rng: Rng;
  private state: NodeView['vault']['state'] = 'opening';
  private hasPassphrase = false;

  constructor(vault: Vault, rng: Rng) {
    this.vault = vault;
    this.rng = rng;
  }

  view(): NodeView['vault'] {
    return { state: this.state, hasPassphrase: this.hasPassphrase };
  }

  /** The person's entropy; undefined while it takes a passphrase, or cannot be read. Throws StoreFault. */
  async open(): Promise<Uint8Array | undefined> {
    let state = await this.vault.state();
    if (state === 'empty') {
      await this.create();
      state = await this.vault.state();
    }
    this.hasPassphrase = state === 'locked';
    const entropy = state === 'open' ? await this.vault.open() : undefined;
    this.state = entropy ? 'open' : state === 'corrupt' ? 'corrupt' : 'locked';
    return entropy;
  }

  async unlock(passphrase: string): Promise<Outcome<Uint8Array>> {
    if (this.state === 'corrupt') return fail('vault-corrupt');
    const entropy = await this.vault.open(passphrase);
    if (!entropy) return fail('wrong-passphrase');
    this.state = 'open';
    return done(entropy);
  }

  /** `next` undefined goes back to a key that the browser keeps. */
  async setPassphrase(current: string | undefined, next: string | undefined): Promise<Outcome> {
    if (next !== undefined && Array.from(next).length < PASSPHRASE_MIN) return fail('passphrase-too-short');
    if (!(await this.vault.setPassphrase(current, next))) return fail('wrong-passphrase');
    this.hasPassphrase = next !== undefined;
    return DONE;
  }

  async recoveryPhrase(passphrase: string | undefined): Promise<Outcome<{ readonly words: readonly string[] }>> {
    if (this.hasPassphrase && passphrase === undefined) return fail('wrong-passphrase');
    const entropy = await this.vault.open(this.hasPassphrase ? passphrase : undefined);
    if (!entropy) return fail('wrong-passphrase');
    return done({ words: await phraseFromEntropy(entropy, 'english') });
  }

  /** Another tab of the same browser may be a moment faster: then its secret is ours too. */
  private async create(): Promise<void> {
    try {
      await this.vault.create(this.rng.bytes(ENTROPY_BYTES));
    } catch (fault) {
      if (!(fault instanceof StoreFault) || (await this.vault.state()) === 'empty') throw fault;
    }
  }
}
