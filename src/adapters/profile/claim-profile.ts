/**
 * One node per tab: a slot is a node database of this browser profile, and a tab holds a Web Lock on its slot for as long
 * as it lives, so that no database ever has two writers. The first tab on a network gets slot 0, a second one slot 1.
 */
import type { NetworkId } from '../../core/ids.ts';
import { StoreFault } from '../../node/ports.ts';
import { nodeDatabaseName } from '../indexeddb/database.ts';

/** Tabs of one browser on one network. */
export const SLOTS_MAX = 64;

/** While a page reloads, its old worker may hold the slot for a moment longer: this long we wait for our own to die. */
const RELOAD_GRACE_MS = 1_500;

/** The part of the Web Locks API in use; `navigator.locks`, in pages and workers alike. */
export interface Locks {
  /** Runs `callback` with the lock, or with null when it was asked for `ifAvailable` and is not; holds it until it ends. */
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    callback: (lock: object | null) => void | Promise<void>,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

export interface ProfileClaim {
  readonly slot: number;
  readonly databaseName: string;
  /** Lets the next tab have the slot; closing the tab or ending the worker does the same. Resolves when it is free. */
  release(): Promise<void>;
}

export interface ClaimOptions {
  readonly locks: Locks;
  readonly network: NetworkId;
  /** The slot this tab had before a reload, from its sessionStorage. A duplicated tab brings its twin's, which is taken. */
  readonly preferredSlot?: number | undefined;
  readonly reloadGraceMs?: number;
}

/**
 * Claims the preferred slot, else the lowest free one.
 * @throws StoreFault `blocked` when all SLOTS_MAX are taken
 */
export async function claimProfile(options: ClaimOptions): Promise<ProfileClaim> {
  const { locks, network, preferredSlot, reloadGraceMs = RELOAD_GRACE_MS } = options;
  if (isSlot(preferredSlot)) {
    const claim = await claimSlot(locks, network, preferredSlot, { signal: AbortSignal.timeout(reloadGraceMs) });
    if (claim) return claim;
  }
  for (let slot = 0; slot < SLOTS_MAX; slot++) {
    const claim = await claimSlot(locks, network, slot, { ifAvailable: true });
    if (claim) return claim;
  }
  throw new StoreFault('blocked', `${SLOTS_MAX} tabs of this browser are on this network already`);
}

export interface ProfileSlot {
  readonly slot: number;
  readonly databaseName: string;
  /** A tab of this browser has it open now. */
  readonly held: boolean;
}

/**
 * The slots of a network that exist, or are held by a tab that has not made its database yet; ascending.
 * @param databaseNames  the node databases there are, see listNodeDatabases
 */
export async function listProfiles(
  locks: Locks,
  network: NetworkId,
  databaseNames: readonly string[],
): Promise<readonly ProfileSlot[]> {
  const { held = [] } = await locks.query();
  const heldNames = new Set(held.map(({ name }) => name));
  const existing = new Set(databaseNames);
  return Array.from({ length: SLOTS_MAX }, (_, slot) => ({ slot, databaseName: nodeDatabaseName(network, slot) }))
    .map((profile) => ({ ...profile, held: heldNames.has(profile.databaseName) }))
    .filter((profile) => profile.held || existing.has(profile.databaseName));
}

const isSlot = (slot: number | undefined): slot is number =>
  slot !== undefined && Number.isInteger(slot) && slot >= 0 && slot < SLOTS_MAX;

/** Resolves once the lock is ours, or with undefined when it is not to be had. The lock's name is the database's. */
function claimSlot(
  locks: Locks,
  network: NetworkId,
  slot: number,
  options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
): Promise<ProfileClaim | undefined> {
  const databaseName = nodeDatabaseName(network, slot);
  return new Promise((resolve, reject) => {
    const ended = locks.request(databaseName, options, (lock) => {
      if (!lock) return resolve(undefined);
      // Held until this promise resolves.
      return new Promise<void>((letGo) => {
        const release = async () => {
          letGo();
          await ended;
        };
        resolve({ slot, databaseName, release });
      });
    });
    ended.catch((error: unknown) => {
      const gaveUp = error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError');
      if (gaveUp) resolve(undefined);
      else reject(error);
    });
  });
}
