/**
 * One vitest that stays open: modules are transformed once, a mutant costs a worker and the modules it loads. The source is
 * changed on its way into the worker only, so that nothing is left behind, whatever happens.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { TestError } from 'vitest';
import { createVitest, type Reporter, type TestCase, type TestModule, type Vitest } from 'vitest/node';
import { mutate, type Rule } from './rule.ts';

/** For a test that waits for what never comes: that says little, so the others go on looking. */
const TEST_TIMEOUT_MS = 60_000;
/** For a mutant that never ends: no time-out reaches a loop. */
const HANG_MS = 180_000;
const FIRST_RUN_MS = 1_200_000;

export interface Outcome {
  /** The first test whose expectation failed. */
  readonly killer: string | undefined;
  /** What went wrong otherwise, the first of it: files that could not be loaded, errors of the code itself. */
  readonly crash: string | undefined;
  /** Milliseconds that the tests of each file took. */
  readonly durations: ReadonlyMap<string, number>;
}

export class Lane {
  private readonly vitest: Vitest;
  private readonly run: Run;

  private constructor(vitest: Vitest, run: Run) {
    this.vitest = vitest;
    this.run = run;
  }

  static async open(): Promise<Lane> {
    const run = new Run();
    const vitest = await createVitest(
      'test',
      {
        config: false,
        watch: false,
        include: ['tests/{unit,property,vectors}/**/*.test.ts'],
        pool: 'threads',
        isolate: false,
        maxWorkers: 1,
        testTimeout: TEST_TIMEOUT_MS,
        sequence: { sequencer: InGivenOrder },
        reporters: [run],
      },
      {
        plugins: [{ name: 'mutant', enforce: 'pre', transform: (code, id) => run.transform(code, id) }],
      },
    );
    run.onKilled = () => void vitest.cancelCurrentRun('test-failure');
    return new Lane(vitest, run);
  }

  /** Paths from the repository's root. */
  async testFiles(): Promise<string[]> {
    const specifications = await this.vitest.globTestSpecifications();
    return specifications.map(({ moduleId }) => relative('.', moduleId));
  }

  /**
   * Runs test files in the given order, up to the first expectation that fails.
   * @param rule  what to switch off; undefined for nothing
   */
  async try(rule: Rule | undefined, files: readonly string[]): Promise<Outcome> {
    this.run.begin(rule);
    if (rule) this.vitest.invalidateFile(resolve(rule.file));
    const hang = setTimeout(() => this.giveUp(), rule ? HANG_MS : FIRST_RUN_MS);
    for (const group of groupsOf(files)) {
      await this.runFiles(group);
      if (this.run.isOver) break;
    }
    clearTimeout(hang);
    if (rule) this.vitest.invalidateFile(resolve(rule.file));
    return this.run.end();
  }

  /** A loop without an end leaves a worker no ear for the first word. */
  private giveUp(): void {
    this.run.noteHang();
    for (const _ of ['please', 'by force']) void this.vitest.cancelCurrentRun('test-failure');
  }

  private async runFiles(files: readonly string[]): Promise<void> {
    const project = this.vitest.getRootProject();
    const { unhandledErrors } = await this.vitest.runTestSpecifications(
      files.map((file) => project.createSpecification(resolve(file))),
    );
    const [unhandled] = unhandledErrors;
    if (unhandled !== undefined) this.run.noteCrash(`outside of tests: ${(unhandled as TestError).message}`);
  }

  close(): Promise<void> {
    return this.vitest.close();
  }
}

/** What stands in for a module must meet nobody who has loaded it: such a file has a worker of its own, after the others. */
function groupsOf(files: readonly string[]): readonly (readonly string[])[] {
  const alone = files.filter((file) => readFileSync(file, 'utf8').includes('vi.mock('));
  const together = files.filter((file) => !alone.includes(file));
  return [...(together.length > 0 ? [together] : []), ...alone.map((file) => [file])];
}

class InGivenOrder {
  sort<T>(files: T[]): T[] {
    return files;
  }
  shard<T>(files: T[]): T[] {
    return files;
  }
}

/** What is switched off now, and what came of it so far. */
class Run implements Reporter {
  onKilled: () => void = () => undefined;
  private rule: Rule | undefined;
  private isLoaded = false;
  private isHanging = false;
  private killer: string | undefined;
  private crash: string | undefined;
  private readonly durations = new Map<string, number>();

  begin(rule: Rule | undefined): void {
    this.rule = rule;
    this.isLoaded = false;
    this.isHanging = false;
    this.killer = undefined;
    this.crash = undefined;
    this.durations.clear();
  }

  get isOver(): boolean {
    return this.killer !== undefined || this.isHanging;
  }

  noteHang(): void {
    this.isHanging = true;
    this.noteCrash('it never ends');
  }

  end(): Outcome {
    if (this.rule && !this.isLoaded) this.noteCrash(`no test loads ${this.rule.file}`);
    return { killer: this.killer, crash: this.crash, durations: new Map(this.durations) };
  }

  noteCrash(what: string): void {
    this.crash ??= what;
  }

  transform(code: string, id: string): string | undefined {
    if (!this.rule || id !== resolve(this.rule.file)) return undefined;
    this.isLoaded = true;
    return mutate(this.rule, code);
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state !== 'failed' || this.killer !== undefined) return;
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    if (errors.some(isExpectation)) {
      this.killer = name;
      this.onKilled();
    } else {
      this.noteCrash(`${name}: ${errors[0]?.message}`);
    }
  }

  onTestModuleEnd(module: TestModule): void {
    this.durations.set(module.relativeModuleId, module.diagnostic().duration);
    const [error] = module.errors();
    if (error) this.noteCrash(`${module.relativeModuleId}: ${error.message}`);
  }
}

/** Frames of what only carries an error on. */
const CARRIER = /\/node_modules\/(?:@?vitest|chai|fast-check)\//;

/**
 * Whether a test found something other than it expects, itself or in a helper; false where it waited in vain or the code
 * under test threw, which a mutant may do only because it is a bad one. fast-check wraps what a property threw.
 */
function isExpectation(error: TestError): boolean {
  if (error.message.startsWith('Test timed out')) return false;
  if (error.cause && error.message.startsWith('Property failed')) return isExpectation(error.cause);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s*at /.test(line));
  const thrower = frames.find((frame) => !CARRIER.test(frame)) ?? '';
  return thrower.includes(`${resolve('tests')}/`);
}
