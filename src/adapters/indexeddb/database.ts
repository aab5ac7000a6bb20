/** The database of one node: its object stores, its schema versions, its name, and how it is erased. */
import { NetworkId } from '../../core/ids.ts';
import { type Connection, deleteDatabase, openConnection } from './connection.ts';

/** Every value is a sealed row (row-checksum.ts). Heights in keys are numbers or, inside a text, 8 hex digits. */
export const STORES = {
  /** One row, the tip. */
  tip: 'tip',
  /** height -> hash and header of the main chain: the height index. Recent ones only. */
  headers: 'headers',
  /** [first height, last height] -> the hashes and headers of that range. */
  headerSegments: 'header-segments',
  /** Height in hex and hash -> block. Recent, disconnected and repaired ones; a row here wins over a segment. */
  blocks: 'blocks',
  /** [first height, last height] -> the blocks of that range. */
  blockSegments: 'block-segments',
  /** Height in hex and hash -> undo data. */
  undo: 'undo',
  /** State key -> value. */
  state: 'state',
  /** [blob id, index, payload bytes] -> chunk; index -1 is the manifest. */
  pieces: 'pieces',
  /** One row, the bytes of all pieces. Apart from the chain's stores, so that blobs and blocks never wait for each other. */
  usage: 'usage',
  /** Private row key -> bytes. */
  rows: 'rows',
} as const;

const NODE_LAYOUT = {
  version: 1,
  stores: Object.values(STORES),
  // Each version adds a step `if (from < n)`; a database of any age walks through all it lacks, in one transaction.
  upgrade(database: IDBDatabase, from: number) {
    if (from < 1) for (const store of Object.values(STORES)) database.createObjectStore(store);
  },
};

/** @throws StoreFault, see openConnection */
export function openNodeDatabase(name: string, blockedGraceMs?: number): Promise<Connection> {
  return openConnection(name, NODE_LAYOUT, blockedGraceMs);
}

const NAME_PREFIX = 'medmesh/node/';

/** @param slot  which of this browser's nodes on that network, from 0 */
export function nodeDatabaseName(network: NetworkId, slot: number): string {
  return `${NAME_PREFIX}${network}/${slot}`;
}

export interface NodeDatabaseName {
  readonly name: string;
  readonly network: NetworkId;
  readonly slot: number;
}

function parseNodeDatabaseName(name: string): NodeDatabaseName | undefined {
  if (!name.startsWith(NAME_PREFIX)) return undefined;
  const [networkText = '', slotText = ''] = name.slice(NAME_PREFIX.length).split('/');
  const network = NetworkId.parse(networkText);
  const slot = Number(slotText);
  return network && nodeDatabaseName(network, slot) === name ? { name, network, slot } : undefined;
}

/** Every node database of this browser profile, whatever its network: what "erase this device" goes through. */
export async function listNodeDatabases(): Promise<readonly NodeDatabaseName[]> {
  const databases = await indexedDB.databases();
  return databases
    .map(({ name }) => parseNodeDatabaseName(name ?? ''))
    .filter((parsed) => parsed !== undefined)
    .sort((a, b) => (a.network < b.network ? -1 : a.network > b.network ? 1 : a.slot - b.slot));
}

/**
 * Erases a node's chain, documents and private rows. The vault is elsewhere. Other tabs on it find their store `closed`.
 * @throws StoreFault `blocked` when another tab does not let go within `blockedGraceMs`
 */
export function deleteNodeDatabase(name: string, blockedGraceMs?: number): Promise<void> {
  return deleteDatabase(name, blockedGraceMs);
}
