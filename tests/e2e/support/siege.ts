/** One victim, one honest peer and one hostile page, for as long as a worker has attacks to try. */
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { hostileSpec } from '../../support/hostile-network.ts';
import type { Attack } from './attacks.ts';
import { mine, nameOf, peersOf, prepare, untilGone, untilHeight, untilPeers } from './besieged.ts';
import { Deployment, Person } from './fixtures.ts';
import { TabHeap } from './heap.ts';
import { openHostilePage } from './hostile-page.ts';

/** Enough that all their headers together are more than a link's queue takes a few times over. */
const BLOCKS_BEFORE = 100;
/** A peer's unread messages, its bodies that wait and an index full of headers, twice over; the app itself has about 20 MB. */
const HEAP_GROWTH_MAX = 64 * 1024 * 1024;

export class Siege {
  readonly victim: Person;
  readonly honest: Person;
  readonly hostile: Page;
  private readonly hostileContext: BrowserContext;
  private readonly deployment: Deployment;
  private readonly heap: TabHeap;
  private readonly heapBefore: number;

  private constructor(parts: Pick<Siege, 'victim' | 'honest' | 'hostile'>, inner: SiegeParts) {
    ({ victim: this.victim, honest: this.honest, hostile: this.hostile } = parts);
    ({
      hostileContext: this.hostileContext,
      deployment: this.deployment,
      heap: this.heap,
      heapBefore: this.heapBefore,
    } = inner);
  }

  static async lay(browser: Browser): Promise<Siege> {
    const deployment = await Deployment.begin(hostileSpec(Date.now()));
    const [victim, honest] = [
      await Person.arrive(browser, deployment.url, { prepare }),
      await Person.arrive(browser, deployment.url, { prepare }),
    ];
    await untilPeers(victim.page, 1);
    await untilHeight(victim.page, await mine(honest.page, BLOCKS_BEFORE));
    const { page: hostile, context: hostileContext } = await openHostilePage(browser, deployment.url);
    const heap = await TabHeap.of(victim.page);
    const heapBefore = await heap.usedBytes();
    return new Siege({ victim, honest, hostile }, { hostileContext, deployment, heap, heapBefore });
  }

  get url(): string {
    return this.deployment.url;
  }

  async lift(): Promise<void> {
    await this.hostileContext.close();
    for (const person of [this.victim, this.honest]) await person.leave();
    await this.deployment.end();
    expect([...this.victim.errors, ...this.honest.errors]).toEqual([]);
  }

  /** The attack is dealt with as its line says; meanwhile and afterwards blocks come as ever, and memory stays bounded. */
  async bear({ name, crowd = 1, ends, isNameless }: Attack): Promise<void> {
    const { victim, honest, hostile } = this;
    const sinceMs = Date.now();
    const victimId = await nameOf(victim.page);
    const names = await hostile.evaluate(([attack, to, count]) => window.hostile.come(attack, to, count), [
      name,
      victimId,
      crowd,
    ] as const);
    const meanwhile = await mine(honest.page);
    await untilHeight(victim.page, meanwhile);
    if (ends) {
      const { reason, banned } = await untilGone(victim.page, isNameless ? undefined : names[0], sinceMs);
      expect({ reason, banned }).toEqual(ends);
    } else {
      await hostile.evaluate(() => window.hostile.done);
      if (crowd === 1) expect((await peersOf(victim.page)).peers.map(({ peerId }) => peerId)).toContain(names[0]);
    }
    await this.isBounded();
    await hostile.evaluate(() => window.hostile.leave());
    // Whatever came, the honest peer is still there, and nobody else.
    await untilPeers(victim.page, 1);
    await untilHeight(victim.page, await mine(honest.page));
    const [left] = (await peersOf(victim.page)).peers;
    expect([left?.peerId, left?.score]).toEqual([await nameOf(honest.page), 0]);
  }

  /** What the victim's tab holds, its node's worker included. */
  async isBounded(): Promise<void> {
    expect((await this.heap.usedBytes()) - this.heapBefore).toBeLessThan(HEAP_GROWTH_MAX);
  }
}

interface SiegeParts {
  readonly hostileContext: BrowserContext;
  readonly deployment: Deployment;
  readonly heap: TabHeap;
  readonly heapBefore: number;
}

export const test = base.extend<object, { readonly siege: Siege }>({
  siege: [
    async ({ browser }, use) => {
      const siege = await Siege.lay(browser);
      await use(siege);
      await siege.lift();
    },
    { scope: 'worker' },
  ],
});

export { expect };
