/** Imports under way: what a person sees of them, and how they are stopped. */
import type { Problem, TaskRow } from '../api.ts';
import { Cancelled, problemOf } from './problem.ts';

/** Failed tasks stay to be seen, the last few of them. */
const FAILED_SHOWN = 3;

export class Task {
  private row: TaskRow;
  private cancelled = false;
  /** Past the point where nothing half-done would stay behind. */
  private committed = false;
  private readonly onChanged: () => void;

  constructor(id: string, label: string, onChanged: () => void) {
    this.row = { id, type: 'import', label, step: 'reading', done: 0, total: 0 };
    this.onChanged = onChanged;
  }

  get view(): TaskRow {
    return this.row;
  }

  /** Throws Cancelled when the person has stopped it. */
  report(step: TaskRow['step'], done = 0, total = 0): void {
    this.checkCancelled();
    this.row = { ...this.row, step, done, total };
    this.onChanged();
  }

  checkCancelled(): void {
    if (this.cancelled) throw new Cancelled('task cancelled');
  }

  /** From here on it is too late to stop. Throws Cancelled when it was stopped before. */
  commit(): void {
    this.checkCancelled();
    this.committed = true;
  }

  cancel(): void {
    if (!this.committed) this.cancelled = true;
  }

  fail(problem: Problem): void {
    this.row = { ...this.row, step: 'failed', problem };
    this.onChanged();
  }
}

export class TaskList {
  private readonly tasks = new Map<string, Task>();
  private nextId = 1;
  private readonly onChanged: () => void;

  constructor(onChanged: () => void) {
    this.onChanged = onChanged;
  }

  views(): TaskRow[] {
    return [...this.tasks.values()].map((task) => task.view);
  }

  /** Runs `job` as a task that is shown until it is done. */
  async run<T extends { readonly ok: boolean; readonly problem?: Problem }>(
    label: string,
    job: (task: Task) => Promise<T>,
  ): Promise<T> {
    const id = `task-${this.nextId++}`;
    const task = new Task(id, label, this.onChanged);
    this.tasks.set(id, task);
    this.onChanged();
    let problem: Problem | undefined;
    try {
      const outcome = await job(task);
      problem = outcome.problem;
      return outcome;
    } catch (fault) {
      problem = problemOf(fault) ?? { code: 'internal' };
      throw fault;
    } finally {
      if (problem && problem.code !== 'cancelled') task.fail(problem);
      else this.tasks.delete(id);
      this.forgetOldFailures();
      this.onChanged();
    }
  }

  /** A task that is over already is as good as stopped. */
  cancel(id: string): void {
    const task = this.tasks.get(id);
    if (task?.view.step === 'failed') this.tasks.delete(id);
    else task?.cancel();
    this.onChanged();
  }

  private forgetOldFailures(): void {
    const failed = [...this.tasks.values()].filter(({ view }) => view.step === 'failed');
    for (const { view } of failed.slice(0, -FAILED_SHOWN)) this.tasks.delete(view.id);
  }
}
