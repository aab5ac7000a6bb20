/** Which network this tab is in: the link it was opened by, else the one it was in, else the one its server offers. */
import { fromBase64url } from '../adapters/signaling/base64url.ts';
import { engineFor } from '../core/consensus.ts';
import { checkSpec, decodeSpec, presetSpec, type NetworkSpec } from '../core/network-spec.ts';
import { encodeLink, parseLink, ROOM_SECRET_BYTES } from '../health/share-link.ts';
import type { NetworkDocument } from './serve/network-file.ts';

export interface NetworkChoice {
  readonly spec: NetworkSpec;
  /** ROOM_SECRET_BYTES */
  readonly roomSecret: Uint8Array;
  readonly relays: readonly string[];
}

/** Kept for this tab, and for the next one that comes without a link. */
const KEY = 'medmesh/network';
/** A link to be opened after the page has been restarted in its network. */
const PENDING_KEY = 'medmesh/pending-link';

export function rememberNetwork(choice: NetworkChoice): void {
  const link = encodeLink({ kind: 'invite', ...pick(choice) });
  sessionStorage.setItem(KEY, link);
  localStorage.setItem(KEY, link);
}

export function rememberPendingLink(link: string): void {
  sessionStorage.setItem(PENDING_KEY, link);
}

export function takePendingLink(): string | undefined {
  const link = sessionStorage.getItem(PENDING_KEY) ?? undefined;
  sessionStorage.removeItem(PENDING_KEY);
  return link;
}

/** A damaged link leads nowhere: the tab opens where it would without it, and the interface says what is wrong with it. */
export async function chooseNetwork(link: string | undefined): Promise<NetworkChoice | undefined> {
  return (
    fromLink(link) ??
    fromLink(sessionStorage.getItem(KEY)) ??
    fromLink(localStorage.getItem(KEY)) ??
    (await fromServer())
  );
}

export function makeNetwork(preset: 'classroom' | 'open', name: string, nowMs: number): NetworkChoice | undefined {
  const spec = presetSpec(preset, { name: name.trim(), genesisTimeS: Math.floor(nowMs / 1000) });
  if (!checkSpec(spec).ok) return undefined;
  return { spec, roomSecret: crypto.getRandomValues(new Uint8Array(ROOM_SECRET_BYTES)), relays: [] };
}

function fromLink(link: string | null | undefined): NetworkChoice | undefined {
  const parsed = link ? parseLink(link) : undefined;
  return parsed?.ok && isSupported(parsed.value.spec) ? pick(parsed.value) : undefined;
}

/** Whether this program knows the rules by which the network agrees. */
export function isSupported(spec: NetworkSpec): boolean {
  return engineFor(spec).ok;
}

function pick({ spec, roomSecret, relays }: NetworkChoice): NetworkChoice {
  return { spec, roomSecret, relays };
}

/** Undefined where the page is served without a network of its own, or offline on a first visit. */
async function fromServer(): Promise<NetworkChoice | undefined> {
  const response = await fetch('./network.json', { cache: 'no-store' }).catch(() => undefined);
  if (!response?.ok) return undefined;
  const document = (await response.json()) as Partial<NetworkDocument>;
  const specBytes = typeof document.spec === 'string' ? fromBase64url(document.spec) : undefined;
  const spec = specBytes && decodeSpec(specBytes);
  const roomSecret = typeof document.roomSecret === 'string' ? fromBase64url(document.roomSecret) : undefined;
  if (!spec?.ok || roomSecret?.length !== ROOM_SECRET_BYTES) return undefined;
  return { spec: spec.value, roomSecret, relays: document.relays ?? [] };
}
