/** Letting many go without all of them knocking at the next door in the same second. */

const STEP_MS = 100;

/**
 * Calls `letGo` for each item, a few at a time, so that the last one goes after about `overMs`.
 * @param overMs  0: all at once, before this returns
 */
export async function drain<T>(items: readonly T[], overMs: number, letGo: (item: T) => void): Promise<void> {
  const steps = Math.max(1, Math.ceil(overMs / STEP_MS));
  let gone = 0;
  for (let step = 1; step <= steps && gone < items.length; step++) {
    const due = Math.ceil((items.length * step) / steps);
    for (const item of items.slice(gone, due)) letGo(item);
    gone = due;
    if (gone < items.length) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
