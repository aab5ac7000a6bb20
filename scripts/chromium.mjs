/**
 * Finds a Chromium for the tests, or gets one: the system's own, else Playwright's download, else Debian's package.
 * Run as a command it prints the path; where there is none to be had it says what to do.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const HELP = `No Chromium was found and none could be installed. Do one of these, then run the command again:
  - install Chromium or Chrome with your system's package manager (Debian: apt-get install chromium)
  - npx playwright install chromium
  - set CHROMIUM_PATH to the browser's executable`;

/** Flags for every launch: a browser that talks to nobody but the page under test. */
export const CHROMIUM_ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** @returns path of an executable, or undefined */
export function findChromium() {
  const fromPath = (process.env.PATH ?? '').split(':').flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const candidates = [process.env.CHROMIUM_PATH, ...fromPath, ...APPLICATIONS, playwrightsOwn()];
  return candidates.find((path) => path && existsSync(path));
}

function playwrightsOwn() {
  const script = `process.stdout.write(require('playwright').chromium.executablePath())`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout || undefined;
}

function installChromium() {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit', timeout: 300_000 });
  if (runs(findChromium())) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium', 'fonts-noto-cjk'], { stdio: 'inherit', env });
  }
}

/** Playwright's download needs libraries of the system's, which a bare server lacks; Debian's package brings them. */
function runs(path) {
  return Boolean(path) && (process.platform !== 'linux' || spawnSync(path, ['--version']).status === 0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!findChromium()) {
    try {
      installChromium();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    }
  }
  const path = findChromium();
  process.stdout.write(path ? `${path}\n` : '');
  if (!path) {
    process.stderr.write(`${HELP}\n`);
    process.exit(1);
  }
}
