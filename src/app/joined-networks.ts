/** The networks this browser has been in, so that there is a way back to each. What is stored may be anything. */
import type { NetworkId } from '../core/ids.ts';
import { networkIdOf } from '../core/network-spec.ts';
import { inviteTo, networkOf, type NetworkChoice } from './network-choice.ts';

export interface JoinedNetwork extends NetworkChoice {
  readonly id: NetworkId;
  /** When a tab last opened in it. */
  readonly usedAtMs: number;
}

/** Most recently used first. */
export type JoinedNetworks = readonly JoinedNetwork[];

export const JOINED_MAX = 20;
/** Far above what JOINED_MAX of the longest invites take: more is not ours, and not worth parsing. */
const STORED_CHARACTERS_MAX = 512 * 1024;

/** A network as it is stored. */
interface Row {
  readonly link: string;
  readonly usedAtMs: number;
}

/** What is damaged, or of a newer program, is left out. */
export function parseJoined(text: string | null): JoinedNetworks {
  const rows = text && text.length <= STORED_CHARACTERS_MAX ? parseRows(text) : [];
  let joined: JoinedNetworks = [];
  for (const { link, usedAtMs } of rows) {
    const network = networkOf(link);
    if (network) joined = noteUse(joined, network, usedAtMs);
  }
  return joined;
}

export function encodeJoined(joined: JoinedNetworks): string {
  return JSON.stringify(joined.map((network): Row => ({ link: inviteTo(network), usedAtMs: network.usedAtMs })));
}

/** Beyond JOINED_MAX the one that was not used for longest is let go. */
export function noteUse(joined: JoinedNetworks, network: NetworkChoice, usedAtMs: number): JoinedNetworks {
  const id = networkIdOf(network.spec);
  return [...without(joined, id), { ...network, id, usedAtMs }]
    .sort((a, b) => b.usedAtMs - a.usedAtMs)
    .slice(0, JOINED_MAX);
}

export function without(joined: JoinedNetworks, id: string): JoinedNetworks {
  return joined.filter((network) => network.id !== id);
}

function parseRows(text: string): readonly Row[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(parsed) ? parsed.filter(isRow) : [];
}

function isRow(value: unknown): value is Row {
  const { link, usedAtMs } = (value ?? {}) as Partial<Row>;
  return typeof link === 'string' && Number.isSafeInteger(usedAtMs);
}
