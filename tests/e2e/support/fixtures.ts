/** A served Medmesh of its own for each test, and people with a browser profile of their own. */
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../../../src/app/serve/server.ts';
import type { NetworkSpec } from '../../../src/core/network-spec.ts';
import type { NodeApi, ReadModel } from '../../../src/node/api.ts';
import { writeNetwork } from '../../support/network-file.ts';

declare global {
  interface Window {
    readonly medmesh?: NodeApi;
  }
}

/** The app and its relay on a port of their own; can go away and come back on the same port, with the same network. */
export class Deployment {
  private server: RunningServer;
  private readonly dataDir: string;

  private constructor(server: RunningServer, dataDir: string) {
    this.server = server;
    this.dataDir = dataDir;
  }

  /** @param spec  of its network; a new classroom where none is given */
  static async begin(spec?: NetworkSpec): Promise<Deployment> {
    const dataDir = await mkdtemp(join(tmpdir(), 'medmesh-e2e-'));
    if (spec) await writeNetwork(dataDir, spec);
    return new Deployment(await startServer({ port: 0, host: '127.0.0.1', network: 'classroom', dataDir }), dataDir);
  }

  get url(): string {
    return this.server.url;
  }

  /** The whole process is gone: no relay, no page. */
  stop(): Promise<void> {
    return this.server.stop();
  }

  async comeBack(): Promise<void> {
    const { port } = this.server;
    this.server = await startServer({ port, host: '127.0.0.1', dataDir: this.dataDir });
  }

  async end(): Promise<void> {
    await this.server.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** Somebody with a browser of their own: profile, storage, keys. */
export class Person {
  readonly page: Page;
  readonly errors: string[] = [];
  private readonly context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  static async arrive(browser: Browser, url: string, { serviceWorkers, prepare }: Arrival = {}): Promise<Person> {
    const context = await browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
      ...(serviceWorkers ? { serviceWorkers } : {}),
    });
    await context.addInitScript(watchLongTasks);
    await prepare?.(context);
    const person = await Person.openIn(context, url);
    await person.isReady();
    return person;
  }

  /** A tab of a browser that is there; it may still be starting. */
  static async openIn(context: BrowserContext, url: string): Promise<Person> {
    const person = new Person(context, await context.newPage());
    await person.page.goto(url);
    return person;
  }

  isReady(): Promise<void> {
    return this.waitFor(({ node }) => node.phase === 'running' && node.vault.state === 'open');
  }

  /** One more tab of the same browser. */
  openTab(url: string): Promise<Person> {
    return Person.openIn(this.context, url);
  }

  /** The whole read model, through the API that lab networks offer. */
  readModel(): Promise<ReadModel> {
    return this.page.evaluate(async () => {
      const { medmesh } = window;
      if (!medmesh) throw new Error('no API on this page yet');
      let hear: (model: ReadModel) => void = () => undefined;
      const heard = new Promise<ReadModel>((resolve) => (hear = resolve));
      const subscription = await medmesh.subscribe((model) => hear(model as ReadModel));
      const model = await heard;
      await medmesh.unsubscribe(subscription);
      return model;
    });
  }

  async waitFor(holds: (model: ReadModel) => boolean, timeoutMs = 30_000): Promise<void> {
    await expect
      .poll(
        () =>
          this.readModel().then(
            (model) => holds(model),
            () => false,
          ),
        { timeout: timeoutMs, intervals: [100, 250, 500] },
      )
      .toBe(true);
  }

  async go(route: string): Promise<void> {
    await this.page.evaluate((hash) => (window.location.hash = hash), route);
  }

  /** Until the service worker keeps the whole app: from then on the page opens without its server. */
  async hasOfflineShell(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  }

  /** Longest main-thread task so far, ms; 0 when none was over 50. */
  longestTaskMs(): Promise<number> {
    return this.page.evaluate(() => Math.max(0, ...(window.longTasks ?? [])));
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}

declare global {
  interface Window {
    longTasks?: number[];
  }
}

function watchLongTasks(): void {
  const tasks: number[] = [];
  window.longTasks = tasks;
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
    type: 'longtask',
    buffered: true,
  });
}

/** What is particular about somebody's browser. */
interface Arrival {
  readonly serviceWorkers?: 'block';
  /** Before the page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

interface Options {
  /** The network served; a classroom that begins now when left out. */
  readonly spec: NetworkSpec | undefined;
}

interface Fixtures extends Options {
  readonly deployment: Deployment;
  /** Brings somebody new; they leave when the test ends. */
  readonly arrive: (url?: string, arrival?: Arrival) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  spec: [undefined, { option: true }],
  deployment: async ({ spec }, use) => {
    const deployment = await Deployment.begin(spec);
    await use(deployment);
    await deployment.end();
  },
  arrive: async ({ browser, deployment }, use) => {
    const people: Person[] = [];
    await use(async (url = deployment.url, arrival = {}) => {
      const person = await Person.arrive(browser, url, arrival);
      people.push(person);
      return person;
    });
    for (const person of people) await person.leave();
    expect(people.flatMap(({ errors }) => errors)).toEqual([]);
  },
});

export { expect };
