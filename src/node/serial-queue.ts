/**
 * The single writer: jobs run one after the other, each to its end with all its awaits. Whatever changes the chain, the
 * mempool or the node's rows goes through one of these, so that no two changes ever interleave.
 */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Jobs not finished yet. */
  get length(): number {
    return this.waiting;
  }

  /** Settles as the job does; a job that fails does not stop those behind it. */
  run<T>(job: () => Promise<T> | T): Promise<T> {
    this.waiting++;
    const result = this.tail.then(job);
    this.tail = result.then(
      () => this.waiting--,
      () => this.waiting--,
    );
    return result;
  }

  /** Resolves when everything queued so far has run. */
  idle(): Promise<void> {
    return this.run(() => undefined);
  }
}
