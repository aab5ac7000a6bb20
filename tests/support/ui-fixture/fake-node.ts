/** Answers the interface's commands from a script: enough to walk through each screen, nothing more. */
import type {
  BlockDetail,
  LinkDescription,
  ModelListener,
  NodeApi,
  Outcome,
  Problem,
  ReadModel,
  RecordRow,
  ReplacementPreview,
  ShareOrder,
} from '../../../src/node/api.ts';
import type { Section } from '../../../src/health/fhir/display-model.ts';
import { address, block, hex } from './rows.ts';
import { RESULTS, SUMMARY } from './summary.ts';

export type LinkAnswer = Outcome<LinkDescription>;

const DONE: Outcome = { ok: true, value: null };
const LINK = `#/j/s/${hex(99, 150)}`;
const WORDS = 'harbor velvet cradle orbit lemon kitten window solar meadow pencil throw island'.split(' ');
const fail = (problem: Problem): { ok: false; problem: Problem } => ({ ok: false, problem });

export class FakeNode implements NodeApi {
  #model: ReadModel;
  readonly #link: LinkAnswer | undefined;
  #listener: ModelListener | undefined;

  constructor(model: ReadModel, link: LinkAnswer | undefined) {
    this.#model = model;
    this.#link = link;
  }

  /** A block every few seconds. */
  run(): void {
    setInterval(() => {
      const tip = block(this.#model.chain.tip.height + 1, Math.floor(Date.now() / 1000));
      this.#change({ chain: { ...this.#model.chain, tip, recent: [tip, ...this.#model.chain.recent].slice(0, 30) } });
    }, 5000);
  }

  #change(changed: Partial<ReadModel>): void {
    this.#model = { ...this.#model, ...changed };
    this.#listener?.(changed);
  }

  async subscribe(listener: ModelListener): Promise<number> {
    this.#listener = listener;
    listener(this.#model);
    return 1;
  }
  async unsubscribe(): Promise<void> {
    this.#listener = undefined;
  }

  async inviteLink(): Promise<string> {
    return `#/j/i/${hex(98, 120)}`;
  }
  async setPersonName(personName: string): Promise<Outcome> {
    this.#change({ node: { ...this.#model.node, personName } });
    return DONE;
  }

  async setMining(on: boolean, threads: number): Promise<Outcome> {
    this.#change({ mining: { ...this.#model.mining, on, threads, hashesPerSecond: on ? threads * 2_560_000 : 0 } });
    return DONE;
  }
  async getBlock(id: number | string): Promise<Outcome<BlockDetail>> {
    const height = typeof id === 'number' ? id : this.#model.chain.recent.find((row) => row.hash === id)?.height;
    if (height === undefined || height > this.#model.chain.tip.height)
      return fail({ code: 'block-unknown', detail: String(id) });
    return { ok: true, value: blockDetail(height) };
  }
  async transfer(order: { to: string }): Promise<Outcome<{ txid: string }>> {
    if (!order.to.startsWith('mm1')) return fail({ code: 'address-invalid', detail: 'checksum' });
    return { ok: true, value: { txid: hex(7, 64) } };
  }

  async importRecord(file: Blob, name: string): Promise<Outcome<{ recordId: string }>> {
    if (file.size < 20) return fail({ code: 'file-not-json', detail: 'line 1, column 12' });
    const id = `r${this.#model.records.length + 1}`;
    const record: RecordRow = {
      id,
      title: SUMMARY.title,
      kind: SUMMARY.kind,
      patients: SUMMARY.patients,
      entryCount: SUMMARY.entryCount,
      problemCount: 0,
      bytes: file.size,
      version: 1,
      savedAtMs: Date.now(),
      anchor: 'saving',
      erased: false,
      keepers: 0,
    };
    const task = { id, type: 'import', label: name, total: 100 } as const;
    for (const [index, step] of (['reading', 'checking', 'sealing', 'saving'] as const).entries()) {
      this.#change({ tasks: [{ ...task, step, done: index * 30 }] });
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    this.#change({ tasks: [], records: [record, ...this.#model.records] });
    return { ok: true, value: { recordId: id } };
  }
  /** Half of the entries, and another patient where the file's name says so. */
  async previewReplacement(_recordId: string, _file: Blob, name: string): Promise<Outcome<ReplacementPreview>> {
    const sections = SUMMARY.sections.map((section) => ({ ...section, count: Math.ceil(section.count / 2) }));
    const otherPatient = name.includes('other');
    const patients = otherPatient
      ? [{ name: 'Tomás Ferreira', birthDate: '1961-08-30', identifiers: [] }]
      : SUMMARY.patients;
    return { ok: true, value: { summary: { ...SUMMARY, entryCount: 107, sections, patients }, otherPatient } };
  }
  async replaceRecord(recordId: string): Promise<Outcome<{ version: number }>> {
    return recordId === '' ? fail({ code: 'record-unknown' }) : { ok: true, value: { version: 3 } };
  }
  async eraseRecord(recordId: string): Promise<Outcome> {
    this.#change({
      records: this.#model.records.map((row) => (row.id === recordId ? { ...row, erased: true } : row)),
    });
    return DONE;
  }
  async openRecord(id: string): Promise<Outcome<{ id: string; version: number; summary: typeof SUMMARY }>> {
    const known = [...this.#model.records, ...this.#model.inbox].find((row) => row.id === id);
    if (!known) return fail({ code: 'record-unknown', detail: id });
    return { ok: true, value: { id, version: known.version, summary: { ...SUMMARY, patients: known.patients } } };
  }
  async listSection(_id: string, section: Section, from: number, count: number) {
    return { ok: true, value: section === 'results' ? RESULTS.slice(from, from + count) : [] } as const;
  }
  async exportRecord() {
    return { ok: true, value: { name: 'record.json', bytes: new TextEncoder().encode('{}') } } as const;
  }
  async cancelTask(taskId: string): Promise<Outcome> {
    this.#change({ tasks: this.#model.tasks.filter((task) => task.id !== taskId) });
    return DONE;
  }

  async describeLink(): Promise<LinkAnswer> {
    return this.#link ?? fail({ code: 'link-damaged', detail: 'checksum' });
  }
  async share(order: ShareOrder): Promise<Outcome<{ grantId: string; link?: string }>> {
    const id = `g${this.#model.grants.length + 1}`;
    const record = this.#model.records.find((row) => row.id === order.recordId);
    const isLink = order.to.kind === 'link';
    this.#change({
      grants: [
        {
          id,
          recordId: order.recordId,
          first: { title: record?.title ?? '', version: record?.version ?? 0 },
          last: { title: record?.title ?? '', version: record?.version ?? 0 },
          to: { kind: order.to.kind, name: order.to.kind === 'link' ? order.to.label : 'Riverside Family Practice' },
          purpose: order.purpose,
          createdAtMs: Date.now(),
          expiresAtS: order.expiresAtS,
          state: 'active',
          anchor: 'sent',
          keepers: 0,
          ...(isLink ? { link: LINK } : {}),
        },
        ...this.#model.grants,
      ],
    });
    return { ok: true, value: { grantId: id, ...(isLink ? { link: LINK } : {}) } };
  }
  async revoke(grantId: string): Promise<Outcome> {
    this.#change({
      grants: this.#model.grants.map((row) => (row.id === grantId ? { ...row, state: 'revoked' } : row)),
    });
    return DONE;
  }
  async acceptShare(): Promise<Outcome<{ inboxId: string }>> {
    return { ok: true, value: { inboxId: 'i1' } };
  }
  async removeFromInbox(inboxId: string): Promise<Outcome> {
    this.#change({ inbox: this.#model.inbox.filter((row) => row.id !== inboxId) });
    return DONE;
  }

  async publishProfile(profile: { name: string; role: ReadModel['profile']['role'] }): Promise<Outcome> {
    if (profile.name === '') return fail({ code: 'text-invalid' });
    this.#change({ profile: { ...this.#model.profile, ...profile, state: 'sent' } });
    return DONE;
  }
  async createRequest(request: { wants: string; purpose: ShareOrder['purpose']; untilS: number }) {
    const requestId = `q${this.#model.requests.length + 1}`;
    const row = { id: requestId, ...request, link: LINK, receivedCount: 0 };
    this.#change({ requests: [row, ...this.#model.requests] });
    return { ok: true, value: { requestId, link: LINK } } as const;
  }
  async closeRequest(requestId: string): Promise<Outcome> {
    this.#change({ requests: this.#model.requests.filter((row) => row.id !== requestId) });
    return DONE;
  }

  async unlock(passphrase: string): Promise<Outcome> {
    if (passphrase !== 'open sesame') return fail({ code: 'wrong-passphrase' });
    this.#change({ node: { ...this.#model.node, phase: 'running', vault: { state: 'open', hasPassphrase: true } } });
    return DONE;
  }
  async setPassphrase(_current: string | undefined, next: string | undefined): Promise<Outcome> {
    if (next !== undefined && next.length < 8) return fail({ code: 'passphrase-too-short' });
    this.#change({ node: { ...this.#model.node, vault: { state: 'open', hasPassphrase: next !== undefined } } });
    return DONE;
  }
  async recoveryPhrase(): Promise<Outcome<{ words: readonly string[] }>> {
    return { ok: true, value: { words: WORDS } };
  }
}

function blockDetail(height: number): BlockDetail {
  const row = block(height, Math.floor(Date.now() / 1000) - 40);
  const fields = {
    version: 1,
    extraNonce: 12,
    prevHash: block(height - 1, 0).hash,
    bodyRoot: hex(height + 5000, 64),
    stateRoot: hex(height + 6000, 64),
    timeS: row.timeS,
    bits: '1e0fffff',
    nonce: 2_914_002_113,
  };
  const word = (value: number, bytes: number) => value.toString(16).padStart(bytes * 2, '0');
  const stamped = { bytes: 402, fee: 0n, stampBits: 18, mine: false };
  return {
    ...row,
    fields,
    headerHex: `${word(1, 2)}${word(12, 2)}${fields.prevHash}${fields.bodyRoot}${fields.stateRoot}${word(fields.timeS, 4)}${fields.bits}${word(fields.nonce, 4)}`,
    target: `00000fffff${'0'.repeat(54)}`,
    transactions: [
      {
        txid: hex(1, 64),
        kind: 'coinbase',
        bytes: 150,
        fee: 0n,
        stampBits: 0,
        mine: false,
        summary: { kind: 'coinbase', to: address(3), amount: 5_000_150_000n },
      },
      {
        txid: hex(2, 64),
        kind: 'transfer',
        bytes: 231,
        fee: 150_000n,
        stampBits: 0,
        mine: true,
        summary: { kind: 'transfer', from: address(77), to: address(5), amount: 250_000_000n },
      },
      {
        txid: hex(3, 64),
        kind: 'identity',
        ...stamped,
        summary: { kind: 'identity', account: address(6), name: 'Riverside Family Practice', role: 'clinic' },
      },
      {
        txid: hex(4, 64),
        kind: 'seal',
        ...stamped,
        summary: { kind: 'seal', slot: hex(40, 64), version: 3, erased: false, sizeBucket: 4_194_304 },
      },
      {
        txid: hex(5, 64),
        kind: 'seal',
        ...stamped,
        summary: { kind: 'seal', slot: hex(41, 64), version: 2, erased: true, sizeBucket: 0 },
      },
    ],
  };
}
