/**
 * What a person wrote and was told is kept, noted only once they were told so, and what must be found of it later: all
 * that was acknowledged, the one write that was under way whole or not at all, and nothing else.
 */
import { expect, type Page } from '@playwright/test';
import type { ReadModel } from '../../../../src/node/api.ts';
import type { Seeded } from '../../../support/seeded.ts';
import { bundleOf } from '../bundle.ts';
import type { Person } from '../fixtures.ts';
import { openRecords, performWrite, type Order } from './write-in-page.ts';
import type { Replay } from './replay.ts';

/** A write before it is answered. */
interface Write {
  readonly order: Order;
  /** Undefined where the answer tells. */
  readonly key: string | undefined;
  readonly value: string;
  /** What the record says then. */
  readonly text?: string;
}

const PATIENT = 'Ada Example';
/** Opened after each restart, besides those the last session wrote. All are opened in the end. */
const OPENED_AGAIN = 3;

export class Diary {
  private readonly random: Seeded;
  private readonly payee: string;
  /** `record/<id>`, `grant/<record id>/<id>` or `name`, and what is said of it. */
  private facts = new Map<string, string>();
  private readonly transfers = new Set<string>();
  /** By record and version. */
  private readonly texts = new Map<string, string>();
  private readonly touched = new Set<string>();
  private pending: Write | undefined;
  private writes = 0;

  /** @param payee  address to send coins to */
  constructor(random: Seeded, payee: string) {
    this.random = random;
    this.payee = payee;
  }

  /** Writes acknowledged. */
  get count(): number {
    return this.writes;
  }

  /** One write. False when it was not answered, which only the death of what should answer excuses. */
  async write(page: Page, isKilled: () => boolean): Promise<boolean> {
    const write = this.draw();
    this.pending = write;
    try {
      this.note(write, await page.evaluate(performWrite, write.order));
    } catch (error) {
      if (isKilled()) return false;
      throw error;
    }
    this.pending = undefined;
    return true;
  }

  /** After a restart: everything is there, and from here on what is there must stay. */
  async check(person: Person, replay: Replay, which: 'some' | 'all'): Promise<void> {
    const model = await person.readModel();
    const found = factsOf(model);
    for (const [key, value] of found) {
      if (this.facts.get(key) === value) continue;
      expect(this.isPending(key, value), `${key} is "${value}", nobody said so`).toBe(true);
      if (this.pending?.text !== undefined) this.texts.set(`${key} ${value}`, this.pending.text);
      this.touched.add(key);
    }
    const gone = [...this.facts.keys()].filter((key) => !found.has(key) && !isOfErased(key, found));
    expect(gone).toEqual([]);
    this.facts = found;
    this.pending = undefined;
    await this.openSome(person, which);
    const inWallet = new Set(model.wallet.history.map(({ txid }) => txid));
    const lost = [...this.transfers].filter((txid) => !replay.holds(txid) && !inWallet.has(txid));
    expect(lost, 'transfers neither in the chain nor on their way').toEqual([]);
  }

  /** All that was acknowledged has come into the chain. */
  async waitUntilRecorded(person: Person): Promise<void> {
    await person.waitFor(
      ({ records, grants }) => [...records, ...grants].every(({ anchor }) => anchor === 'recorded'),
      60_000,
    );
  }

  areTransfersIn(replay: Replay): boolean {
    return [...this.transfers].every((txid) => replay.holds(txid));
  }

  private isPending(key: string, value: string): boolean {
    const { pending } = this;
    if (pending?.value !== value) return false;
    if (pending.key !== undefined) return key === pending.key;
    return key.startsWith(placeOf(pending.order)) && !this.facts.has(key);
  }

  private async openSome(person: Person, which: 'some' | 'all'): Promise<void> {
    const readable = this.records();
    const again = Array.from({ length: OPENED_AGAIN }, () => this.pick(readable));
    const keys = readable.filter((key) => which === 'all' || this.touched.has(key) || again.includes(key));
    const opened = await person.page.evaluate(openRecords, keys.map(idOf));
    const expected = keys.map((key) => this.texts.get(`${key} ${this.facts.get(key)}`));
    expect(opened).toEqual(expected);
    this.touched.clear();
  }

  private note({ order, key, value, text }: Write, answer: string): void {
    this.writes++;
    if (order.type === 'transfer') {
      this.transfers.add(answer);
      return;
    }
    const noted = key ?? `${placeOf(order)}${answer}`;
    this.facts.set(noted, value);
    this.touched.add(noted);
    if (text !== undefined) this.texts.set(`${noted} ${value}`, text);
  }

  private draw(): Write {
    const text = `Condition ${this.writes} ${this.random.below(1_000_000)}`;
    const file = bundleOf(PATIENT, [text]);
    const record = this.pick(this.records());
    const active = [...this.facts].filter(([key, value]) => value === 'active' && !isOfErased(key, this.facts));
    const grant = this.pick(active.map(([key]) => key));
    const kind = this.random.below(10);
    if (kind < 2) return { order: { type: 'transfer', to: this.payee }, key: undefined, value: '' };
    if (kind < 3) return { order: { type: 'name', name: text }, key: 'name', value: text };
    if (kind < 5 && record) {
      const version = Number(this.facts.get(record)!.replace('version ', '')) + 1;
      return { order: { type: 'replace', id: idOf(record), file }, key: record, value: `version ${version}`, text };
    }
    if (kind < 6 && record) return { order: { type: 'share', id: idOf(record) }, key: undefined, value: 'active' };
    if (kind < 7 && grant) return { order: { type: 'revoke', id: idOf(grant) }, key: grant, value: 'revoked' };
    if (kind < 8 && record) {
      return { order: { type: 'erase', id: idOf(record) }, key: record, value: 'erased' };
    }
    return { order: { type: 'import', file }, key: undefined, value: 'version 1', text };
  }

  /** Those that can be read. */
  private records(): string[] {
    return [...this.facts].flatMap(([key, value]) => (key.startsWith('record/') && value !== 'erased' ? key : []));
  }

  private pick(keys: readonly string[]): string | undefined {
    return keys[this.random.below(Math.max(1, keys.length))];
  }
}

function factsOf({ node, records, grants }: ReadModel): Map<string, string> {
  const found = new Map<string, string>();
  for (const { id, version, erased } of records) found.set(`record/${id}`, erased ? 'erased' : `version ${version}`);
  for (const { id, recordId, state } of grants) found.set(`grant/${recordId}/${id}`, state);
  // A grant ends with its record.
  for (const key of found.keys()) if (isOfErased(key, found)) found.delete(key);
  if (node.personName !== '') found.set('name', node.personName);
  return found;
}

function isOfErased(key: string, facts: ReadonlyMap<string, string>): boolean {
  const [kind, recordId] = key.split('/');
  return kind === 'grant' && facts.get(`record/${recordId}`) === 'erased';
}

const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);

/** Where new ones go. */
const placeOf = (order: Order) => (order.type === 'share' ? `grant/${order.id}/` : 'record/');
