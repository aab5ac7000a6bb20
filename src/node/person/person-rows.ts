/**
 * The person's rows, all of them in memory, each change durable before anybody sees it. Changes run one after the other,
 * and each decides on the rows as they are at that moment: so none is ever built on what another is about to overwrite.
 */
import { SerialQueue } from '../serial-queue.ts';
import type { SealedRows } from '../sealed-rows.ts';
import { OWN, type TableName, type Tables } from './row-types.ts';

interface Change {
  readonly table: TableName;
  readonly id: string;
  readonly value: Tables[TableName] | null;
}

/** Collects what one change puts and deletes; all of it is stored, or none. */
export class RowBatch {
  private readonly byName = new Map<string, Change>();

  get changes(): readonly Change[] {
    return [...this.byName.values()];
  }

  put<T extends TableName>(table: T, id: string, value: Tables[T]): void {
    this.byName.set(nameOf(table, id), { table, id, value });
  }

  delete(table: TableName, id: string): void {
    this.byName.set(nameOf(table, id), { table, id, value: null });
  }

  /** What this batch makes of a row; undefined where it leaves it alone. */
  peek<T extends TableName>(table: T, id: string): Tables[T] | null | undefined {
    return this.byName.get(nameOf(table, id))?.value as Tables[T] | null | undefined;
  }
}

type LoadedTables = { readonly [T in TableName]: Map<string, Tables[T]> };

export class PersonRows {
  private readonly sealed: SealedRows;
  private readonly onChanged: (tables: ReadonlySet<TableName>) => void;
  private readonly queue = new SerialQueue();
  private readonly tables: LoadedTables = {
    settings: new Map(),
    position: new Map(),
    slotIndex: new Map(),
    record: new Map(),
    grant: new Map(),
    inbox: new Map(),
    request: new Map(),
    profile: new Map(),
    outbox: new Map(),
    wallet: new Map(),
  };

  constructor(sealed: SealedRows, onChanged: (tables: ReadonlySet<TableName>) => void) {
    this.sealed = sealed;
    this.onChanged = onChanged;
  }

  /** @returns the keys of rows that are damaged, and so missing here */
  async load(): Promise<readonly string[]> {
    const { rows, damaged } = await this.sealed.load();
    for (const [name, value] of rows) {
      const [table, id] = splitName(name);
      if (table in this.tables) this.set({ table, id, value: value as Tables[TableName] });
    }
    return damaged;
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.tables[table].get(id);
  }

  /** The row of a table that has one. */
  own<T extends TableName>(table: T): Tables[T] | undefined {
    return this.get(table, OWN);
  }

  all<T extends TableName>(table: T): Tables[T][] {
    return [...this.tables[table].values()];
  }

  /**
   * One change. `decide` looks at the rows, puts and deletes in the batch, and may answer something.
   * Throws StoreFault; then nothing has changed.
   */
  change<T>(decide: (batch: RowBatch) => T): Promise<T> {
    return this.queue.run(async () => {
      const batch = new RowBatch();
      const answer = decide(batch);
      const { changes } = batch;
      if (changes.length === 0) return answer;
      await this.sealed.write(new Map(changes.map(({ table, id, value }) => [nameOf(table, id), value])));
      for (const change of changes) this.set(change);
      this.onChanged(new Set(changes.map(({ table }) => table)));
      return answer;
    });
  }

  /** Resolves when every change asked for so far is stored. */
  idle(): Promise<void> {
    return this.queue.idle();
  }

  private set({ table, id, value }: Change): void {
    const rows = this.tables[table] as Map<string, Tables[TableName]>;
    if (value) rows.set(id, value);
    else rows.delete(id);
  }
}

function nameOf(table: TableName, id: string): string {
  return `${table}/${id}`;
}

function splitName(name: string): [TableName, string] {
  const at = name.indexOf('/');
  return [name.slice(0, at) as TableName, name.slice(at + 1)];
}
