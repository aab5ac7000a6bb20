/** Choices that nobody can foresee: whom to dial, whom to tell first. */
import type { Rng } from './ports.ts';

/** `count` of the items, each as likely as any other; all of them, in any order, when there are no more. */
export function drawn<T>(rng: Rng, items: readonly T[], count: number): T[] {
  const left = [...items];
  const chosen: T[] = [];
  // Two bytes for each: the bias, at most one in 65,536 / items.length, helps nobody.
  const lots = rng.bytes(2 * Math.min(count, left.length));
  for (let i = 0; i < lots.length; i += 2) {
    const at = ((lots[i]! << 8) | lots[i + 1]!) % left.length;
    chosen.push(left[at]!);
    left[at] = left.at(-1)!;
    left.pop();
  }
  return chosen;
}
