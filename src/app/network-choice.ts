/** A network to be in: how it is written down, made anew, and had from the server. */
import { fromBase64url } from '../adapters/signaling/base64url.ts';
import { engineFor } from '../core/consensus.ts';
import { checkSpec, decodeSpec, presetSpec, type NetworkSpec } from '../core/network-spec.ts';
import { encodeLink, isRelayAddress, LINK_RELAYS_MAX, parseLink, ROOM_SECRET_BYTES } from '../health/share-link.ts';
import type { NetworkDocument } from './serve/network-file.ts';

export interface NetworkChoice {
  readonly spec: NetworkSpec;
  /** ROOM_SECRET_BYTES */
  readonly roomSecret: Uint8Array;
  readonly relays: readonly string[];
}

/** The invite to a network: the one form in which networks are stored. */
export function inviteTo({ spec, roomSecret, relays }: NetworkChoice): string {
  return encodeLink({ kind: 'invite', spec, roomSecret, relays });
}

/** Undefined for what is no link, damaged, or leads to a network by whose rules this program cannot agree. */
export function networkOf(link: string | null | undefined): NetworkChoice | undefined {
  const parsed = link ? parseLink(link) : undefined;
  if (!parsed?.ok || !isSupported(parsed.value.spec)) return undefined;
  const { spec, roomSecret, relays } = parsed.value;
  return { spec, roomSecret, relays };
}

/** Whether this program knows the rules by which the network agrees. */
export function isSupported(spec: NetworkSpec): boolean {
  return engineFor(spec).ok;
}

export function makeNetwork(preset: 'classroom' | 'open', name: string, nowMs: number): NetworkChoice | undefined {
  const spec = presetSpec(preset, { name: name.trim(), genesisTimeS: Math.floor(nowMs / 1000) });
  if (!checkSpec(spec).ok) return undefined;
  return { spec, roomSecret: crypto.getRandomValues(new Uint8Array(ROOM_SECRET_BYTES)), relays: [] };
}

/** Undefined where the page is served without a network of its own, or offline on a first visit. */
export async function networkOfServer(): Promise<NetworkChoice | undefined> {
  const response = await fetch('./network.json', { cache: 'no-store' }).catch(() => undefined);
  return response?.ok ? parseNetworkDocument(await response.text()) : undefined;
}

/**
 * What `/network.json` says. Undefined for anything else: many servers answer any path with a page of theirs. Relays that
 * no link could carry are left out.
 */
export function parseNetworkDocument(text: string): NetworkChoice | undefined {
  const document = parseObject(text);
  const specBytes = typeof document?.spec === 'string' ? fromBase64url(document.spec) : undefined;
  const spec = specBytes && decodeSpec(specBytes);
  const roomSecret = typeof document?.roomSecret === 'string' ? fromBase64url(document.roomSecret) : undefined;
  if (!spec?.ok || roomSecret?.length !== ROOM_SECRET_BYTES) return undefined;
  const relays: readonly unknown[] = Array.isArray(document?.relays) ? document.relays : [];
  return { spec: spec.value, roomSecret, relays: relays.filter(isRelayAddress).slice(0, LINK_RELAYS_MAX) };
}

function parseObject(text: string): { readonly [Field in keyof NetworkDocument]?: unknown } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
