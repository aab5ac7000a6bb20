/** The attacks that real tabs must bear, and what each comes to. Adding one: a line here. */
import type { AttackName } from './hostile-peer.ts';

export interface Attack {
  readonly name: AttackName;
  /** Why its link was closed, and whether the attacker may come back. Undefined: it breaks no rule, and stays. */
  readonly ends?: { readonly reason: string; readonly banned: boolean };
  /** It is thrown out before the node knows its name. */
  readonly isNameless?: true;
  /** So many come at once, from one page. */
  readonly crowd?: number;
  /** As the Node page has it. */
  readonly says?: string;
}

const dropped = (reason: string) => ({ reason, banned: false });
const banned = (reason: string) => ({ reason, banned: true });

export const ATTACKS: readonly Attack[] = [
  {
    name: 'sends garbage',
    ends: banned('message-unknown-type'),
    says: 'It sent something that is not a message.',
  },
  { name: 'sends a message larger than its kind may be', ends: banned('message-oversized') },
  { name: 'sends frames larger than a frame may be', ends: dropped('bad-frame') },
  { name: 'announces a message of four gigabytes', ends: dropped('bad-frame') },
  { name: 'speaks before the handshake', ends: dropped('message-before-handshake'), isNameless: true },
  { name: 'claims work it never shows' },
  { name: 'shows headers without work', ends: banned('high-hash') },
  { name: 'shows headers that nobody asked for', ends: banned('unasked-headers') },
  { name: 'floods the index with branches that lead nowhere' },
  {
    name: 'changes the body of a block',
    ends: banned('bad-body-root'),
    says: 'It sent a block whose content does not match its header.',
  },
  { name: 'tells a new block in short, and wrongly', ends: banned('bad-block-txs') },
  { name: 'tells of blocks that are none', ends: banned('headers-withheld') },
  { name: 'tells of transactions by the hundred and has none' },
  { name: 'floods with transactions of the cheapest stamps' },
  { name: 'changes a transaction on the way', ends: banned('bad-signature') },
  { name: 'pings without end', ends: banned('message-flood') },
  { name: 'asks for the headers of the whole chain, over and over', ends: dropped('slow-reader') },
  { name: 'asks for more blocks than it could read', ends: banned('request-flood') },
  { name: 'comes and stays with thirty-nine others', crowd: 40 },
];

/** What nobody can tell from a slow peer at once: the node waits as long as it would for an honest one. */
export const PATIENT_ATTACKS: readonly Attack[] = [
  { name: 'claims work and does not answer', ends: dropped('headers-timeout') },
  { name: 'falls silent', ends: dropped('timeout') },
  { name: 'withholds the blocks of a better chain', ends: dropped('block-stall') },
];
