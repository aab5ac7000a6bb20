/** A node's disk while its tab is closed, or while nobody looks. */
import type { Page } from '@playwright/test';
import type { ChainPlan } from '../../../bench/page/make-chain.ts';
import type { Profile } from '../crash/profile.ts';
import { pageBundle } from '../page-bundle.ts';
import type { DiskInPage } from './disk-in-page.ts';

declare global {
  interface Window {
    readonly disk: DiskInPage;
  }
}

export class Disk {
  readonly page: Page;
  private readonly databaseName: string;

  private constructor(page: Page, databaseName: string) {
    this.page = page;
    this.databaseName = databaseName;
  }

  static async of(profile: Profile, url: string, databaseName: string): Promise<Disk> {
    const page = await profile.openBare(url);
    // By the debugger: the served pages let no script in that is not the app's.
    const session = await page.context().newCDPSession(page);
    const expression = await pageBundle('tests/e2e/support/damage/disk-in-page.ts');
    const { exceptionDetails } = await session.send('Runtime.evaluate', { expression });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    await session.detach();
    return new Disk(page, databaseName);
  }

  seed(plan: ChainPlan): Promise<void> {
    return this.page.evaluate((wanted) => window.disk.seedChain(wanted), plan);
  }

  keysOf(store: string): Promise<IDBValidKey[]> {
    return this.page.evaluate(([name, from]) => window.disk.keysOf(name, from), [this.databaseName, store] as const);
  }

  /** @param row  its name, as a StoreFault gives it */
  damage(row: string): Promise<void> {
    return this.page.evaluate(([name, which]) => window.disk.damageRow(name, which), [this.databaseName, row] as const);
  }

  /** Spoils a row that is the only one of its kind, and the second time makes it whole again. */
  flip(store: string, key: string, databaseName = this.databaseName): Promise<void> {
    return this.page.evaluate(([name, at, which]) => window.disk.flipRow(name, at, which), [
      databaseName,
      store,
      key,
    ] as const);
  }

  /** The keys that come into a store while something is done. */
  async newKeys(store: string, work: () => Promise<unknown>): Promise<IDBValidKey[]> {
    const before = new Set((await this.keysOf(store)).map(String));
    await work();
    return (await this.keysOf(store)).filter((key) => !before.has(String(key)));
  }
}
