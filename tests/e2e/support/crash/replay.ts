/**
 * The chain judged again from genesis, in Node.js, by the rules alone: what a node's disk must agree with. Takes blocks as
 * they are met, on any branch, parents first, and goes back and forth between them.
 */
import { expect, type Page } from '@playwright/test';
import { nodeDatabaseName } from '../../../../src/adapters/indexeddb/database.ts';
import { verifyItem } from '../../../../src/adapters/verifier/verify-items.ts';
import { bodyRootOf, decodeBody } from '../../../../src/core/block.ts';
import { equalBytes, toHex } from '../../../../src/core/bytes.ts';
import { engineFor } from '../../../../src/core/consensus.ts';
import { HeaderIndex } from '../../../../src/core/header-index.ts';
import type { BlockHash, StateKey } from '../../../../src/core/ids.ts';
import { emptyAccumulator } from '../../../../src/core/lthash.ts';
import type { Ledger } from '../../../../src/core/ledger.ts';
import { networkIdOf, type NetworkSpec } from '../../../../src/core/network-spec.ts';
import { assert, type Result } from '../../../../src/core/result.ts';
import type { StateChanges } from '../../../../src/core/state-view.ts';
import { txIdOf } from '../../../../src/core/transaction.ts';
import { createLedger } from '../../../../src/ledger/ledger.ts';
import type { StoredBlock } from '../../../../src/node/ports.ts';
import { readStoredNode } from './stored-node.ts';

/** Deeper than any reorg between a few tabs. */
const REORG_MAX = 100;

interface Judged {
  readonly parent: BlockHash | undefined;
  readonly height: number;
  readonly changes: StateChanges;
  readonly accumulator: Uint8Array;
  readonly txids: readonly string[];
}

export class Replay {
  private readonly spec: NetworkSpec;
  private readonly ledger: Ledger;
  private readonly index: HeaderIndex;
  private readonly judged = new Map<BlockHash, Judged>();
  private readonly values = new Map<StateKey, Uint8Array>();
  private readonly confirmed = new Set<string>();
  private at: BlockHash;

  constructor(spec: NetworkSpec) {
    const engine = engineFor(spec);
    assert(engine.ok, 'a network of ours');
    this.spec = spec;
    this.index = new HeaderIndex(engine.value);
    this.at = this.index.genesis.hash;
    this.ledger = createLedger(spec, this.at);
    const genesis = { parent: undefined, height: 0, changes: new Map(), accumulator: emptyAccumulator(), txids: [] };
    this.judged.set(this.at, genesis);
  }

  get height(): number {
    return this.blockAt(this.at).height;
  }

  holds(txid: string): boolean {
    return this.confirmed.has(txid);
  }

  /**
   * The node in this tab stands on a valid chain, no lower than `height`, with the state that chain leads to. This stands
   * on the same tip from then on.
   */
  async checkStored(page: Page, height: number): Promise<void> {
    const databaseName = nodeDatabaseName(networkIdOf(this.spec), 0);
    const { tip, state, blocks } = await readStoredNode(page, databaseName, Math.max(0, this.height - REORG_MAX));
    expect(tip.height).toBeGreaterThanOrEqual(height);
    for (const block of blocks) this.learn(block);
    this.moveTo(tip.hash);
    expect(this.height).toBe(tip.height);
    expect(toHex(tip.accumulator)).toBe(toHex(this.accumulator));
    expect(hexOf(state)).toEqual(hexOf(this.values));
  }

  private get accumulator(): Uint8Array {
    return this.blockAt(this.at).accumulator;
  }

  /** Throws for a block that breaks a rule. */
  private learn({ hash, height, header, body: bodyBytes }: StoredBlock): void {
    if (this.judged.has(hash)) return;
    const { timeS, parent, hash: ownHash, header: fields } = valid(hash, this.index.insert(header, Infinity));
    const body = valid(hash, decodeBody(bodyBytes, this.spec.blockBytesMax));
    if (ownHash !== hash || !parent) throw new Error(`block ${hash} of ${timeS} is stored under another hash`);
    if (!equalBytes(bodyRootOf(body), fields.bodyRoot)) throw new Error(`block ${hash} has another body`);
    const items = body.transactions.map((tx) => this.ledger.signatureItem(tx)).filter((item) => item !== undefined);
    if (!items.every(verifyItem)) throw new Error(`block ${hash} has a signature that does not verify`);
    this.moveTo(parent.hash);
    const read = (key: StateKey) => this.values.get(key);
    const applied = this.ledger.applyBlock(read, this.accumulator, { header: fields, body }, height);
    const { changes, accumulator } = valid(hash, applied);
    const txids = body.transactions.map(txIdOf);
    this.judged.set(hash, { parent: parent.hash, height, changes, accumulator, txids });
  }

  private moveTo(hash: BlockHash): void {
    const up: BlockHash[] = [];
    let [from, to] = [this.at, hash];
    while (from !== to) {
      const [left, right] = [this.blockAt(from), this.blockAt(to)];
      if (left.height >= right.height) {
        this.change(left, (before) => before);
        for (const txid of left.txids) this.confirmed.delete(txid);
        from = left.parent!;
      } else {
        up.push(to);
        to = right.parent!;
      }
    }
    for (const each of up.reverse()) {
      const block = this.blockAt(each);
      this.change(block, (_, after) => after);
      for (const txid of block.txids) this.confirmed.add(txid);
    }
    this.at = hash;
  }

  private change({ changes }: Judged, pick: (before?: Uint8Array, after?: Uint8Array) => Uint8Array | undefined): void {
    for (const [key, { before, after }] of changes) {
      const value = pick(before, after);
      if (value) this.values.set(key, value);
      else this.values.delete(key);
    }
  }

  private blockAt(hash: BlockHash): Judged {
    const block = this.judged.get(hash);
    if (!block) throw new Error(`block ${hash} is on no disk that was looked at`);
    return block;
  }
}

const hexOf = (state: ReadonlyMap<StateKey, Uint8Array>) =>
  Object.fromEntries([...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, toHex(value)]));

function valid<T>(hash: BlockHash, result: Result<T>): T {
  if (!result.ok) throw new Error(`block ${hash} breaks ${result.code} ${result.detail ?? ''}`);
  return result.value;
}
