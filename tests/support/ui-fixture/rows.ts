/** A read model with realistic rows in every state. Names and numbers are made up. */
import type { PatientSummary } from '../../../src/health/fhir/display-model.ts';
import type {
  BlockRow,
  GrantRow,
  InboxRow,
  LogRow,
  ReadModel,
  RecordRow,
  TransactionRow,
} from '../../../src/node/api.ts';

const LOGGED: readonly Omit<LogRow, 'atMs'>[] = [
  { level: 'info', event: { type: 'started', height: 1490 } },
  { level: 'info', event: { type: 'peer-connected', peerId: hex(7, 64), height: 1492 } },
  { level: 'info', event: { type: 'block-mined', height: 1493 } },
  { level: 'warn', event: { type: 'block-refused', height: 1494, hash: hex(8, 64), detail: 'bad-state-root' } },
  { level: 'info', event: { type: 'peer-gone', peerId: hex(7, 64), reason: 'block-stall' } },
  { level: 'error', event: { type: 'storage-fault', detail: `corrupt-row block ${hex(9, 64)}` } },
  { level: 'info', event: { type: 'reorg', off: 1, on: 2 } },
  { level: 'warn', event: { type: 'clock-slow', slowS: 412 } },
];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const NOW_MS = Date.now();
const NOW_S = Math.floor(NOW_MS / 1000);
const TIP_HEIGHT = 1540;

/** Hex that looks like a hash, the same for the same seed. */
export function hex(seed: number, length: number): string {
  let state = seed * 2_654_435_761 + 1;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) ^ (state << 7)) >>> 0;
    text += state.toString(16).padStart(8, '0');
  }
  return text.slice(0, length);
}

const blockHash = (height: number) => `00000${hex(height, 59)}`;
export const address = (seed: number) => `mm1q${hex(seed, 35).replace(/[bio1]/g, 'z')}`;

export function block(height: number, timeS: number): BlockRow {
  return {
    hash: blockHash(height),
    height,
    timeS,
    transactionCount: 1 + (height % 4),
    bytes: 188 + (height % 4) * 412,
    miner: address(height % 5),
    mine: height % 5 === 0,
  };
}

const maya: PatientSummary = {
  name: 'Maya Lindqvist',
  birthDate: '1979-03-14',
  gender: 'female',
  identifiers: [{ system: 'https://example.org/fhir/sample-patient-number', value: 'MM-0001' }],
};
const lin: PatientSummary = { name: '林晓雨', birthDate: '1984-11-02', gender: 'female', identifiers: [] };

const records: RecordRow[] = [
  {
    id: 'r1',
    title: 'Patient summary',
    kind: 'International Patient Summary',
    patients: [maya],
    entryCount: 214,
    problemCount: 3,
    bytes: 3_914_220,
    version: 2,
    savedAtMs: NOW_MS - 25 * MINUTE_MS,
    anchor: 'recorded',
    erased: false,
    keepers: 3,
  },
  {
    id: 'r2',
    title: '患者摘要',
    kind: 'Bundle (document)',
    patients: [lin],
    entryCount: 25,
    problemCount: 0,
    bytes: 37_403,
    version: 1,
    savedAtMs: NOW_MS - 3 * MINUTE_MS,
    anchor: 'sent',
    erased: false,
    keepers: 0,
  },
  {
    id: 'r3',
    title: 'Ward export, ten patients',
    kind: 'Bundle (collection)',
    patients: [maya, lin, { name: '', deceased: 'true', identifiers: [] }],
    entryCount: 10_482,
    problemCount: 61,
    bytes: 20_110_000,
    version: 1,
    savedAtMs: NOW_MS - 10_000,
    anchor: 'saving',
    erased: false,
    keepers: 0,
  },
  {
    id: 'r4',
    title: 'Travel vaccinations',
    kind: 'Immunization',
    patients: [maya],
    entryCount: 4,
    problemCount: 0,
    bytes: 5120,
    version: 2,
    savedAtMs: NOW_MS - 40 * DAY_MS,
    anchor: 'recorded',
    erased: true,
    keepers: 0,
  },
];

const LINK =
  '#/j/s/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdEfGhIjKlMnOpQrStUvWxYz01';

function grant(id: string, changes: Partial<GrantRow>): GrantRow {
  return {
    id,
    recordId: 'r1',
    first: { title: 'Patient summary', version: 2 },
    last: { title: 'Patient summary', version: 2 },
    to: { kind: 'link', name: 'Dr. Okafor' },
    purpose: 'TREAT',
    createdAtMs: NOW_MS - 2 * HOUR_MS,
    expiresAtS: NOW_S + 22 * 3600,
    state: 'active',
    anchor: 'recorded',
    keepers: 1,
    link: LINK,
    ...changes,
  };
}

/** Grants to organisations, and those that have ended, have no link. */
function withoutLink(id: string, changes: Partial<GrantRow>): GrantRow {
  const { link: _, ...row } = grant(id, changes);
  return row;
}

const grants: GrantRow[] = [
  grant('g1', {}),
  withoutLink('g2', {
    to: { kind: 'organisation', name: 'Riverside Family Practice' },
    anchor: 'sent',
    createdAtMs: NOW_MS - 4 * MINUTE_MS,
    expiresAtS: NOW_S + 7 * 86_400,
  }),
  grant('g3', {
    recordId: 'r2',
    first: { title: '患者摘要', version: 1 },
    last: { title: '患者摘要', version: 1 },
    to: { kind: 'link', name: '' },
    anchor: 'saving',
    keepers: 0,
    purpose: 'FAMRQT',
  }),
  withoutLink('g4', {
    state: 'revoked',
    first: { title: 'Emergency summary', version: 1 },
    keepers: 0,
    to: { kind: 'organisation', name: 'Northgate Pharmacy' },
    purpose: 'HPAYMT',
  }),
  withoutLink('g5', {
    state: 'expired',
    keepers: 0,
    expiresAtS: NOW_S - 86_400,
    createdAtMs: NOW_MS - 3 * DAY_MS,
    purpose: 'HRESCH',
  }),
];

const terms: NonNullable<InboxRow['terms']> = {
  title: 'Patient summary',
  grantorName: 'Maya Lindqvist',
  purpose: 'TREAT',
  expiresAtS: NOW_S + 7 * 86_400,
};

function received(id: string, changes: Partial<InboxRow>): InboxRow {
  return {
    id,
    terms,
    patients: [maya],
    receivedAtMs: NOW_MS - 12 * MINUTE_MS,
    version: 2,
    firstVersion: 1,
    state: 'ready',
    fetched: { done: 15, total: 15 },
    ...changes,
  };
}

/** One whose consent has not been opened. */
function unopened(id: string, changes: Partial<InboxRow>): InboxRow {
  const { terms: _, ...row } = received(id, { patients: [], version: 0, firstVersion: 0, ...changes });
  return { ...row, fetched: { done: 0, total: 0 } };
}

const inbox: InboxRow[] = [
  received('i1', { terms: { ...terms, requestId: 'q1' } }),
  received('i2', {
    terms: { ...terms, title: '患者摘要', grantorName: '林晓雨' },
    patients: [{ name: lin.name, identifiers: [] }],
    version: 0,
    firstVersion: 0,
    state: 'fetching',
    fetched: { done: 9, total: 15 },
    receivedAtMs: NOW_MS - 20_000,
  }),
  unopened('i3', { state: 'waiting', receivedAtMs: NOW_MS - 2 * MINUTE_MS }),
  received('i4', { state: 'revoked', version: 0, receivedAtMs: NOW_MS - 5 * HOUR_MS }),
  received('i5', {
    terms: { ...terms, title: 'Insurance claims 2025', expiresAtS: NOW_S - 86_400 },
    state: 'expired',
    version: 0,
    receivedAtMs: NOW_MS - 9 * DAY_MS,
  }),
  received('i6', {
    terms: { ...terms, title: 'Travel vaccinations' },
    state: 'erased',
    version: 0,
    receivedAtMs: NOW_MS - 40 * DAY_MS,
  }),
  unopened('i7', { state: 'fetching', receivedAtMs: NOW_MS - 1000 }),
  received('i8', { state: 'waiting', version: 0, firstVersion: 0, fetched: { done: 0, total: 0 } }),
  received('i9', { version: 3, firstVersion: 3, formerPatients: [lin], receivedAtMs: NOW_MS - 3 * HOUR_MS }),
  unopened('i10', { state: 'revoked', receivedAtMs: NOW_MS - 4 * HOUR_MS }),
];

const transactions: TransactionRow[] = [
  { txid: hex(901, 64), kind: 'transfer', bytes: 231, fee: 150_000n, stampBits: 0, mine: true },
  { txid: hex(902, 64), kind: 'seal', bytes: 402, fee: 0n, stampBits: 18, mine: true },
  { txid: hex(903, 64), kind: 'seal', bytes: 402, fee: 0n, stampBits: 17, mine: false },
  { txid: hex(904, 64), kind: 'identity', bytes: 1512, fee: 0n, stampBits: 17, mine: false },
  ...Array.from({ length: 9 }, (_, index): TransactionRow => {
    return { txid: hex(910 + index, 64), kind: 'seal', bytes: 402, fee: 0n, stampBits: 17, mine: false };
  }),
];

export function fullModel(): ReadModel {
  const recent = Array.from({ length: 30 }, (_, index) => block(TIP_HEIGHT - index, NOW_S - 4 - index * 6));
  const tip = recent[0] ?? block(0, NOW_S);
  return {
    node: {
      phase: 'running',
      network: {
        id: hex(1, 64),
        name: 'Riverside pilot',
        realm: 'lab',
        consensus: 'pow',
        blockIntervalS: 5,
        genesisHash: hex(2, 64),
      },
      peerId: hex(3, 32),
      relay: 'online',
      peerCount: 4,
      clockOffsetMs: 120,
      vault: { state: 'open', hasPassphrase: false },
      personName: 'Maya Lindqvist',
    },
    chain: {
      tip,
      bestHeaderHeight: TIP_HEIGHT,
      sync: { state: 'idle', done: 0, total: 0 },
      recent,
      expectedHashes: 12_400_000,
      chainwork: '00000000000000000000000000000000000000000000000000000004a817c800',
      lastReorg: { depth: 2, atMs: NOW_MS - 18 * MINUTE_MS },
    },
    mempool: { count: 71, bytes: 30_412, rows: transactions },
    mining: { on: true, threads: 2, threadsMax: 8, hashesPerSecond: 5_120_000, expectedWaitS: 6.2, blocksFound: 14 },
    peers: {
      peers: [
        {
          peerId: hex(11, 32),
          outbound: true,
          height: TIP_HEIGHT,
          latencyMs: 14.2,
          connectedAtMs: NOW_MS - 48 * MINUTE_MS,
          bytesIn: 4_120_334,
          bytesOut: 1_920_111,
          score: 0,
        },
        {
          peerId: hex(12, 32),
          outbound: false,
          height: TIP_HEIGHT,
          latencyMs: 38,
          connectedAtMs: NOW_MS - 31 * MINUTE_MS,
          bytesIn: 812_002,
          bytesOut: 12_004_120,
          score: 0,
        },
        {
          peerId: hex(13, 32),
          outbound: true,
          height: TIP_HEIGHT - 3,
          latencyMs: 212,
          connectedAtMs: NOW_MS - 6 * MINUTE_MS,
          bytesIn: 98_110,
          bytesOut: 44_020,
          score: 20,
        },
        {
          peerId: hex(14, 32),
          outbound: false,
          height: 0,
          connectedAtMs: NOW_MS - 3000,
          bytesIn: 812,
          bytesOut: 640,
          score: 0,
        },
      ],
      gone: [
        { peerId: hex(15, 32), reason: 'remote:pagehide', atMs: NOW_MS - 2 * MINUTE_MS, banned: false },
        { peerId: hex(16, 32), reason: 'bad-body-root', atMs: NOW_MS - 7 * MINUTE_MS, banned: true },
        { reason: 'bad-frame', atMs: NOW_MS - 9 * MINUTE_MS, banned: true },
        { peerId: hex(17, 32), reason: 'timeout', atMs: NOW_MS - 22 * MINUTE_MS, banned: false },
        { peerId: hex(18, 32), reason: 'remote:links-full', atMs: NOW_MS - 23 * MINUTE_MS, banned: false },
      ],
      rosterCount: 7,
    },
    wallet: {
      address: address(77),
      spendable: 123_450_000_000n,
      immature: 20_000_000_000n,
      history: [
        { txid: hex(801, 64), type: 'sent', amount: 250_000_000n, fee: 150_000n, other: address(41) },
        { txid: hex(802, 64), type: 'mined', amount: 5_000_150_000n, fee: 0n, height: 1540 },
        { txid: hex(803, 64), type: 'received', amount: 1_250_000_000n, fee: 0n, other: address(42), height: 1536 },
        { txid: hex(804, 64), type: 'mined', amount: 5_000_000_000n, fee: 0n, height: 1535 },
      ],
    },
    records,
    grants,
    inbox,
    requests: [
      {
        id: 'q1',
        wants: 'Medicines and allergies',
        purpose: 'TREAT',
        untilS: NOW_S + 5 * 3600,
        link: LINK.replace('/s/', '/r/'),
        receivedCount: 2,
      },
      {
        id: 'q2',
        wants: 'X-ray report of the left knee, spring 2026',
        purpose: 'TREAT',
        untilS: NOW_S + 6 * 86_400,
        link: LINK,
        receivedCount: 0,
      },
    ],
    profile: { state: 'recorded', name: 'Riverside Family Practice', role: 'clinic', digits: '482913' },
    storage: {
      chainBlocks: TIP_HEIGHT + 1,
      blobBytes: 42_118_000,
      usedBytes: 61_500_000,
      quotaBytes: 2_147_000_000,
      acceptingBlobs: true,
      damaged: [
        { row: `block/${blockHash(312)}`, mended: true, atMs: NOW_MS - 30 * MINUTE_MS },
        { row: `chunk/${hex(55, 64)}/3`, mended: false, atMs: NOW_MS - 2 * MINUTE_MS },
      ],
    },
    tasks: [{ id: 't1', type: 'import', label: 'Adan_Portillo.json', step: 'checking', done: 1210, total: 2980 }],
    log: Array.from({ length: 44 }, (_, index) => ({
      atMs: NOW_MS - (44 - index) * 41_000,
      ...LOGGED[index % LOGGED.length]!,
    })),
  };
}

/** A fresh profile: nothing of one's own, a chain, nobody's records. */
export function emptyModel(): ReadModel {
  const full = fullModel();
  return {
    ...full,
    node: { ...full.node, personName: '' },
    mempool: { count: 0, bytes: 0, rows: [] },
    mining: { on: false, threads: 1, threadsMax: 8, hashesPerSecond: 0, blocksFound: 0 },
    wallet: { address: address(77), spendable: 0n, immature: 0n, history: [] },
    peers: { peers: [], gone: [], rosterCount: 0 },
    records: [],
    grants: [],
    inbox: [],
    requests: [],
    profile: { state: 'none', name: '', role: 'clinic', digits: '482913' },
    storage: { chainBlocks: 1, blobBytes: 0, acceptingBlobs: true, damaged: [] },
    tasks: [],
    log: [],
  };
}
