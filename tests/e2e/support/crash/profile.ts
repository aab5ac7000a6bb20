/** A browser with a profile on the disk, that can be killed in the middle of whatever it does and started on it again. */
import { chromium, type Browser, type BrowserContext } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGS, findChromium } from '../../../../scripts/chromium.mjs';
import { expect, Person } from '../fixtures.ts';

/** What dies: the node's worker with all it began, the tab with its process, or every process of the browser. */
export const KILLS = ['worker', 'tab', 'browser'] as const;
export type Kill = (typeof KILLS)[number];

declare global {
  interface Window {
    workersMade?: Worker[];
  }
}

export class Profile {
  private readonly folder: string;
  private context: BrowserContext | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Profile> {
    return new Profile(await mkdtemp(join(tmpdir(), 'medmesh-profile-')));
  }

  /** The app in a tab; starts the browser where none runs on this profile. It may still be starting. */
  async openApp(url: string): Promise<Person> {
    await this.freeSlots(url);
    return Person.openIn(await this.browser(), url);
  }

  /** A page on the app's disk without the app. */
  async openBare(url: string) {
    const page = await (await this.browser()).newPage();
    await page.goto(new URL('/healthz', url).href);
    return page;
  }

  /** Resolves when it is dead: nothing of it writes from then on. */
  async kill(what: Kill, person: Person): Promise<void> {
    switch (what) {
      case 'worker':
        await person.page.evaluate(() => window.workersMade!.forEach((worker) => worker.terminate()));
        return person.page.close();
      case 'tab': {
        const crashed = person.page.waitForEvent('crash');
        for (const pid of await this.processes('renderer')) process.kill(pid, 'SIGKILL');
        await crashed;
        return person.page.close();
      }
      case 'browser': {
        const context = await this.browser();
        const [pid] = await this.processes('browser');
        const closed = context.waitForEvent('close');
        // Its group: the browser is started as the leader of one, and all its helpers are in it.
        process.kill(-pid!, 'SIGKILL');
        await closed;
        this.context = undefined;
      }
    }
  }

  async end(): Promise<void> {
    await this.context?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async browser(): Promise<BrowserContext> {
    this.context ??= await this.launch();
    return this.context;
  }

  private async launch(): Promise<BrowserContext> {
    const executablePath = findChromium();
    const context = await chromium.launchPersistentContext(this.folder, {
      args: CHROMIUM_ARGS,
      ...(executablePath ? { executablePath } : {}),
    });
    await context.addInitScript(rememberWorkers);
    return context;
  }

  /** A tab that died keeps its slot until the browser has noticed; whoever comes in that moment gets a slot of its own. */
  private async freeSlots(url: string): Promise<void> {
    const page = await this.openBare(url);
    const held = () => page.evaluate(async () => (await navigator.locks.query()).held?.length);
    await expect.poll(held, { intervals: [20, 50, 100] }).toBe(0);
    await page.close();
  }

  /** Process ids, as the browser knows them. */
  private async processes(type: 'renderer' | 'browser'): Promise<readonly number[]> {
    const browser = (await this.browser()).browser() as Browser;
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo.filter((each) => each.type === type).map(({ id }) => id);
  }
}

/** So that a test can end one wherever it stands: `terminate` waits for nothing that the worker does. */
function rememberWorkers(): void {
  const made: Worker[] = [];
  window.workersMade = made;
  window.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      made.push(this);
    }
  };
}
