/** The Verifier port on the caller's own thread: for Node.js, and for the simulator, where nodes check the same things. */
import type { Verifier } from '../../node/ports.ts';
import { verifyItem, verifyItems } from './verify-items.ts';

export class InlineVerifier implements Verifier {
  private readonly memoryMax: number;
  /** Whole checks, signature included, so that a verdict is never lent to another signature. Oldest first. */
  private readonly memory = new Map<string, boolean>();

  /** @param memoryMax  verdicts remembered, about 300 bytes each; 0 for none */
  constructor(memoryMax = 0) {
    this.memoryMax = memoryMax;
  }

  async verify(items: Uint8Array): Promise<Uint8Array> {
    return verifyItems(items, this.memoryMax > 0 ? (item) => this.recall(item) : verifyItem);
  }

  private recall(item: Uint8Array): boolean {
    const key = String.fromCharCode(...item);
    const known = this.memory.get(key);
    if (known !== undefined) return known;
    const verdict = verifyItem(item);
    if (this.memory.size >= this.memoryMax) this.memory.delete(this.memory.keys().next().value!);
    this.memory.set(key, verdict);
    return verdict;
  }
}
