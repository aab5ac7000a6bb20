/** What the benches run on: real Chromium with profiles on the disk, the bench page and the built app. Made when first asked for. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { build, type InlineConfig } from 'vite';
import { CHROMIUM_ARGS } from '../../scripts/chromium.mjs';
import { startServer, type RunningServer } from '../../src/app/serve/server.ts';

export class Workbench {
  readonly browserVersion: string;
  private readonly folder: string;
  private readonly executablePath: string;
  /** Undone at the end, the latest first. */
  private readonly cleanups: (() => Promise<void>)[] = [];
  private readonly made = new Map<string, Promise<string>>();
  private folders = 0;

  private constructor(folder: string, executablePath: string) {
    this.folder = folder;
    this.executablePath = executablePath;
    this.browserVersion = execFileSync(executablePath, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).trim();
    this.cleanups.push(() => rm(folder, { recursive: true, force: true }));
  }

  /** Installs a browser where there is none. */
  static async open(): Promise<Workbench> {
    const path = execFileSync(process.execPath, ['scripts/chromium.mjs'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new Workbench(await mkdtemp(join(tmpdir(), 'medmesh-bench-')), path.trim());
  }

  /** A browser that never ran before, with nothing kept. */
  async freshProfile(): Promise<BrowserContext> {
    const context = await chromium.launchPersistentContext(this.newFolder(), {
      executablePath: this.executablePath,
      args: CHROMIUM_ARGS,
    });
    this.cleanups.push(() => context.close());
    return context;
  }

  /** For pages that are no tabs of ours, and obey nothing that a profile of ours would. */
  async bareBrowser(): Promise<Browser> {
    const browser = await chromium.launch({ executablePath: this.executablePath, args: CHROMIUM_ARGS });
    this.cleanups.push(() => browser.close());
    return browser;
  }

  /** The bench page (page/page.ts) in a fresh profile. */
  async benchTab(): Promise<Page> {
    const url = await this.once('bench url', async () => (await this.serve(await this.benchPageDir())).url);
    const [page] = (await this.freshProfile()).pages();
    await page!.goto(url);
    return page!;
  }

  /** Folder of the bench page, built as the app is. */
  benchPageDir(): Promise<string> {
    return this.once('bench page', () => this.build({ root: resolve('tests/bench/page'), publicDir: false }));
  }

  /** Folder of the app, built from the sources as they are now. */
  appDir(): Promise<string> {
    return this.once('app', () => this.build({}));
  }

  /** A folder on its own port, with a relay and a classroom network, as `npm start` has them. */
  async serve(appDir: string, dataDir = this.newFolder()): Promise<RunningServer> {
    const server = await startServer({ port: 0, host: 'localhost', network: 'classroom', appDir, dataDir });
    this.cleanups.push(() => server.stop());
    return server;
  }

  /** A path in the workbench's folder where nothing is yet. */
  newFolder(): string {
    return join(this.folder, String(++this.folders));
  }

  async close(): Promise<void> {
    for (const cleanup of this.cleanups.reverse()) await cleanup();
  }

  private async build(config: InlineConfig): Promise<string> {
    const outDir = this.newFolder();
    await build({
      ...config,
      configFile: resolve('vite.config.ts'),
      mode: 'production',
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    });
    return outDir;
  }

  private once(name: string, make: () => Promise<string>): Promise<string> {
    const made = this.made.get(name) ?? make();
    this.made.set(name, made);
    return made;
  }
}
