/**
 * One open IndexedDB database, with the platform's oddities settled in one place:
 *
 * - A write is done when its transaction completed, never when its requests succeeded. Running out of quota may abort
 *   the transaction without an error event on any request, and an error event comes before the abort that carries the
 *   true cause: only `complete` and `abort` are listened to.
 * - Awaiting anything but a request inside a transaction commits it early: callers compute first, then open.
 * - Thousands of puts go out as bare requests; a promise for each would double their cost.
 * - When another tab upgrades or erases the database, this connection lets go at once; the calls that follow say `closed`.
 */
import { deleteDB, openDB, unwrap } from 'idb';
import { StoreFault, type StoreFaultCode } from '../../node/ports.ts';
import { corruptRow } from './row-checksum.ts';

/** How long other tabs get to let go of a database before we say that they block it. */
const BLOCKED_GRACE_MS = 5_000;

export interface DatabaseLayout {
  readonly version: number;
  /** The object stores there are after the upgrade. */
  readonly stores: readonly string[];
  /** Runs in the browser's own all-or-nothing upgrade transaction. `from` is 0 for a new database. */
  upgrade(database: IDBDatabase, from: number): void;
}

export type Durability = 'strict' | 'relaxed';

/**
 * @throws StoreFault `blocked` when other tabs hold an older version open, or this one is too old for the data;
 *   `corrupt-row` with row `schema` when object stores are missing; `quota-exceeded`, `unknown`
 */
export async function openConnection(
  name: string,
  layout: DatabaseLayout,
  blockedGraceMs = BLOCKED_GRACE_MS,
): Promise<Connection> {
  let letGo: (reason: string) => void = () => undefined;
  const database = await unlessBlocked(
    name,
    blockedGraceMs,
    (onBlocked) =>
      openDB(name, layout.version, {
        upgrade: (wrapped, from) => layout.upgrade(unwrap(wrapped), from),
        blocked: onBlocked,
        blocking: () => letGo('another tab upgrades or erases it'),
        terminated: () => letGo('the browser closed it'),
      }),
    (late) => late.close(),
  );
  const missing = layout.stores.filter((store) => !database.objectStoreNames.contains(store));
  if (missing.length > 0) {
    database.close();
    throw new StoreFault('corrupt-row', `database ${name} lacks ${missing.join(', ')}`, 'schema');
  }
  const connection = new Connection(name, unwrap(database));
  letGo = (reason) => connection.close(reason);
  return connection;
}

/** Erases a whole database. Tabs that have it open let go of it by themselves. */
export async function deleteDatabase(name: string, blockedGraceMs = BLOCKED_GRACE_MS): Promise<void> {
  await unlessBlocked(
    name,
    blockedGraceMs,
    (onBlocked) => deleteDB(name, { blocked: onBlocked }),
    () => undefined,
  );
}

/**
 * `blocked` may only mean that another tab's last transaction is still finishing: worth a short wait, but not forever.
 * @param whenLate  what to do with a result that comes after we gave up
 */
function unlessBlocked<T>(
  name: string,
  graceMs: number,
  start: (onBlocked: () => void) => Promise<T>,
  whenLate: (value: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gaveUp = false;
    const onBlocked = () => {
      timer ??= setTimeout(() => {
        gaveUp = true;
        reject(new StoreFault('blocked', `other tabs keep ${name} open`));
      }, graceMs);
    };
    start(onBlocked)
      .finally(() => clearTimeout(timer))
      .then(
        (value) => (gaveUp ? whenLate(value) : resolve(value)),
        (error: unknown) => reject(asFault(error)),
      );
  });
}

export class Connection {
  readonly name: string;
  private readonly database: IDBDatabase;
  private closedBecause: string | undefined;

  constructor(name: string, database: IDBDatabase) {
    this.name = name;
    this.database = database;
  }

  /** Runs `body` in a read-only transaction; it may await requests and nothing else. */
  async read<T>(stores: readonly string[], body: (tx: IDBTransaction) => Promise<T>): Promise<T> {
    const tx = this.begin(stores, 'readonly', 'relaxed');
    try {
      return await body(tx);
    } catch (error) {
      throw asFault(error);
    }
  }

  /**
   * Runs `body` in one transaction and resolves when all of it is stored; on any fault none of it is.
   * `strict` also waits for the disk; `relaxed` survives a crash of the tab, not of the machine.
   */
  async write<T>(
    stores: readonly string[],
    durability: Durability,
    body: (tx: IDBTransaction) => T | Promise<T>,
  ): Promise<T> {
    const tx = this.begin(stores, 'readwrite', durability);
    const ended = whenEnded(tx);
    let result: T;
    try {
      result = await body(tx);
      tx.commit();
    } catch (error) {
      const failure = await giveUp(tx, ended);
      throw asFault(error instanceof DOMException ? (failure ?? error) : error);
    }
    const failure = await ended;
    if (failure) throw asFault(failure);
    return result;
  }

  /** Transactions under way still finish. Closing twice does nothing. */
  close(reason = 'it was closed'): void {
    if (this.closedBecause !== undefined) return;
    this.closedBecause = reason;
    this.database.close();
  }

  private begin(stores: readonly string[], mode: IDBTransactionMode, durability: Durability): IDBTransaction {
    if (this.closedBecause !== undefined) throw this.closedFault();
    try {
      return this.database.transaction([...stores], mode, { durability });
    } catch (error) {
      throw asFault(error);
    }
  }

  private closedFault(): StoreFault {
    return new StoreFault('closed', `database ${this.name}: ${this.closedBecause}`);
  }
}

/** Resolves with undefined when the transaction completed, else with what aborted it. Never rejects. */
function whenEnded(tx: IDBTransaction): Promise<DOMException | undefined> {
  return new Promise((resolve) => {
    tx.addEventListener('complete', () => resolve(undefined));
    tx.addEventListener('abort', () => resolve(tx.error ?? new DOMException('transaction aborted', 'AbortError')));
  });
}

/** Ends a transaction whose body failed; resolves with what had aborted it before, if anything had. */
async function giveUp(tx: IDBTransaction, ended: Promise<DOMException | undefined>): Promise<DOMException | undefined> {
  try {
    tx.abort();
  } catch {
    // It has ended by itself, and `ended` knows why.
    return ended;
  }
  await ended;
  return undefined;
}

const CODES: Readonly<Record<string, StoreFaultCode>> = {
  QuotaExceededError: 'quota-exceeded',
  AbortError: 'aborted',
  // The connection is closing: transaction() was called after close() or a versionchange.
  InvalidStateError: 'closed',
  // A newer Medmesh in another tab has upgraded the data; this tab must be reloaded.
  VersionError: 'blocked',
};

/** The browser's exception as a StoreFault; what is no DOMException (our own faults, and bugs) as it is. */
function asFault(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  return new StoreFault(CODES[error.name] ?? 'unknown', `${error.name}: ${error.message}`, undefined, { cause: error });
}

/** Chromium keeps values over 64 KiB as files; one that is gone or unreadable is a damaged row. */
const LOST_VALUE = new Set(['NotReadableError', 'DataError', 'NotFoundError']);

/**
 * Many rows in one go, with one promise for all of them.
 * @param rowName  what the i-th row is called when it cannot be read
 */
export function getMany(
  store: IDBObjectStore,
  keys: readonly (IDBValidKey | IDBKeyRange)[],
  rowName: (index: number) => string,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const values = new Array<unknown>(keys.length);
    let waiting = keys.length;
    if (waiting === 0) resolve(values);
    keys.forEach((key, index) => {
      const request = store.get(key);
      request.onsuccess = () => {
        values[index] = request.result;
        if (--waiting === 0) resolve(values);
      };
      request.onerror = () => {
        const error = request.error;
        reject(error && LOST_VALUE.has(error.name) ? corruptRow(rowName(index), error) : error);
      };
    });
  });
}

export async function getOne(store: IDBObjectStore, key: IDBValidKey | IDBKeyRange, rowName: string): Promise<unknown> {
  return (await getMany(store, [key], () => rowName))[0];
}
