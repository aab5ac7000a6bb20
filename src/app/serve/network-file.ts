/**
 * The network a visitor joins who comes without an invite: made once, at the first start, and kept, so that a restart
 * continues the same chain.
 *
 * Its room is a public one. The secret is handed to whoever opens the page, so it keeps nobody out: it seals signaling
 * only from those who never asked for it. Records are not protected by it, they are sealed to the people concerned.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { checkSpec, decodeSpec, encodeSpec, presetSpec } from '../../core/network-spec.ts';
import { readIfPresent, writeWhole } from './data-folder.ts';
import { ServeFault } from './serve-fault.ts';

export const NETWORK_PRESETS = ['classroom', 'open'] as const;
export type NetworkPreset = (typeof NETWORK_PRESETS)[number];

const FILE_NAME = 'network.json';
const ROOM_SECRET_BYTES = 16;
const DEFAULT_NAMES: Readonly<Record<NetworkPreset, string>> = { classroom: 'Classroom', open: 'Medmesh' };

/** What `/network.json` says. Byte strings are base64url without padding. */
export interface NetworkDocument {
  /** The canonical spec. */
  readonly spec: string;
  /** 16 bytes. */
  readonly roomSecret: string;
  /** Addresses of further relays; this server's own, on RELAY_PATH, goes without saying. */
  readonly relays: readonly string[];
  /** Where this page is served over https, for a browser that came by plain http; left out where it is not. */
  readonly httpsUrl?: string;
}

export interface ServedNetwork {
  readonly preset: NetworkPreset;
  readonly name: string;
  readonly document: NetworkDocument;
}

/** What the command line asks for; what it leaves open is as the kept network has it. */
export interface NetworkChoice {
  readonly preset?: NetworkPreset | undefined;
  readonly name?: string | undefined;
}

/**
 * The network kept in `dataDir`, or a new one.
 * @throws ServeFault `network-differs` when another one than the kept was asked for, `network-damaged` when the file
 *   is not what was written (it is left as it is), `bad-option` for a name no network can have
 */
export async function loadNetwork(dataDir: string, choice: NetworkChoice, nowMs: number): Promise<ServedNetwork> {
  const path = join(dataDir, FILE_NAME);
  const text = await readIfPresent(path);
  if (text === undefined) return await createNetwork(path, choice, nowMs);
  const kept = parseNetworkFile(text);
  if (!kept) {
    throw new ServeFault(
      'network-damaged',
      `${path} is damaged. Put it back from a copy, or move it away to start anew.`,
    );
  }
  if ((choice.preset ?? kept.preset) !== kept.preset || (choice.name ?? kept.name) !== kept.name) {
    throw new ServeFault(
      'network-differs',
      `${dataDir} already holds the network "${kept.name}" (${kept.preset}). ` +
        `Start without --network and --name to continue it, or choose another folder with --data.`,
    );
  }
  return kept;
}

async function createNetwork(path: string, choice: NetworkChoice, nowMs: number): Promise<ServedNetwork> {
  const preset = choice.preset ?? 'open';
  const name = choice.name ?? DEFAULT_NAMES[preset];
  const spec = presetSpec(preset, { name, genesisTimeS: Math.floor(nowMs / 1000) });
  const verdict = checkSpec(spec);
  if (!verdict.ok)
    throw new ServeFault('bad-option', `--name: a network cannot be called "${name}" (${verdict.code}).`);
  const document: NetworkDocument = {
    spec: Buffer.from(encodeSpec(spec)).toString('base64url'),
    roomSecret: randomBytes(ROOM_SECRET_BYTES).toString('base64url'),
    relays: [],
  };
  await writeWhole(path, `${JSON.stringify({ preset, ...document }, null, 2)}\n`);
  return { preset, name, document };
}

/** Undefined for anything but what `createNetwork` writes: people edit files. */
export function parseNetworkFile(text: string): ServedNetwork | undefined {
  let kept: Partial<Record<keyof NetworkDocument | 'preset', unknown>> | null;
  try {
    kept = JSON.parse(text) as typeof kept;
  } catch {
    return undefined;
  }
  const preset = NETWORK_PRESETS.find((known) => known === kept?.preset);
  const specBytes = parseBase64url(kept?.spec);
  const roomSecret = parseBase64url(kept?.roomSecret);
  const spec = specBytes && decodeSpec(specBytes);
  if (!kept || !preset || !spec?.ok || roomSecret?.length !== ROOM_SECRET_BYTES) return undefined;
  if (!Array.isArray(kept.relays) || !kept.relays.every((relay) => typeof relay === 'string')) return undefined;
  return {
    preset,
    name: spec.value.name,
    document: { spec: kept.spec as string, roomSecret: kept.roomSecret as string, relays: kept.relays },
  };
}

function parseBase64url(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string') return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? new Uint8Array(bytes) : undefined;
}
