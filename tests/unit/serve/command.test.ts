import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** The command as people run it: bundled, in a process of its own. */
const serve = (...argv: string[]) =>
  spawnSync(process.execPath, ['scripts/run.mjs', 'src/app/serve/main.ts', ...argv], { encoding: 'utf8' });

it('says what is wrong with its options, where to look, and fails', () => {
  const { status, stdout, stderr } = serve('--prot', '3');
  expect(stderr).toContain("Unknown option '--prot'.\nSee: npm start -- --help\n");
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

it('explains itself', () => {
  const { status, stdout } = serve('--help');
  expect(stdout).toContain('--lan');
  expect(status).toBe(0);
});
