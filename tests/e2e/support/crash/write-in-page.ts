/** What a page is asked to do through the API that lab networks offer. These functions run in the page. */

export type Order =
  | { readonly type: 'import'; readonly file: string }
  | { readonly type: 'replace'; readonly id: string; readonly file: string }
  | { readonly type: 'erase'; readonly id: string }
  | { readonly type: 'share'; readonly id: string }
  | { readonly type: 'revoke'; readonly id: string }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'transfer'; readonly to: string };

/** Resolves when the node has acknowledged it. @returns the id of what came of it, where it is new. Throws when refused. */
export async function performWrite(order: Order): Promise<string> {
  const api = window.medmesh!;
  const write = () => {
    switch (order.type) {
      case 'import':
        return api.importRecord(new Blob([order.file]), 'file.json');
      case 'replace':
        return api.replaceRecord(order.id, new Blob([order.file]), 'file.json');
      case 'erase':
        return api.eraseRecord(order.id);
      case 'share': {
        // By block time, which runs ahead of the clock where blocks are fast.
        const expiresAtS = Math.floor(Date.now() / 1000) + 30 * 86_400;
        return api.share({ recordId: order.id, to: { kind: 'link', label: 'A' }, purpose: 'TREAT', expiresAtS });
      }
      case 'revoke':
        return api.revoke(order.id);
      case 'name':
        return api.setPersonName(order.name);
      case 'transfer':
        return api.transfer({ to: order.to, amount: 1n, fee: 1_000n });
    }
  };
  const outcome = await write();
  if (!outcome.ok) throw new Error(`${order.type}: ${outcome.problem.code} ${outcome.problem.detail ?? ''}`);
  const value = outcome.value as {
    readonly recordId?: string;
    readonly grantId?: string;
    readonly txid?: string;
  } | null;
  return value?.recordId ?? value?.grantId ?? value?.txid ?? '';
}

/** The first condition of each record, or why there is none. */
export async function openRecords(ids: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const id of ids) {
    const items = await window.medmesh!.listSection(id, 'problems', 0, 1);
    texts.push(items.ok ? items.value[0]!.title : `${items.problem.code} ${items.problem.detail ?? ''}`);
  }
  return texts;
}
