/** What a node notes of its own life, for whoever looks after it. Rows are data: the words are the reader's. */

/** `detail` is a stable code, or what the machine said of it. */
export type LogEvent =
  | { readonly type: 'started'; readonly height: number }
  | { readonly type: 'halted'; readonly code: string; readonly detail?: string }
  | { readonly type: 'clock-slow'; readonly slowS: number }
  | { readonly type: 'peer-connected'; readonly peerId: string; readonly height: number }
  | { readonly type: 'peer-gone'; readonly peerId: string; readonly reason: string }
  | { readonly type: 'block-mined'; readonly height: number }
  | { readonly type: 'own-block-refused'; readonly height: number; readonly detail: string }
  | { readonly type: 'block-refused'; readonly height: number; readonly hash: string; readonly detail: string }
  | { readonly type: 'reorg'; readonly off: number; readonly on: number }
  | { readonly type: 'reorg-refused'; readonly depth: number; readonly detail: 'too-deep' | 'too-large' }
  | { readonly type: 'own-transaction-refused'; readonly txid: string; readonly detail: string }
  | { readonly type: 'own-transaction-overtaken'; readonly txid: string }
  | { readonly type: 'storage-fault'; readonly detail: string }
  | {
      readonly type: 'chain-repaired';
      readonly repair: 'mended' | 'reconnect' | 'fetch-again';
      readonly detail: string;
    }
  | { readonly type: 'chain-not-repaired'; readonly detail: string }
  | { readonly type: 'connecting-stored'; readonly count: number }
  | { readonly type: 'connected-stored'; readonly height: number }
  | { readonly type: 'verifier-died' }
  | { readonly type: 'code-unavailable'; readonly detail: string }
  | { readonly type: 'record-mended'; readonly blobId: string }
  | { readonly type: 'document-not-dropped'; readonly blobId: string; readonly detail: string }
  | { readonly type: 'capsule-refused'; readonly slotId: string; readonly version: number; readonly detail: string }
  | { readonly type: 'shared-record-refused'; readonly slotId: string; readonly detail: string };

export interface LogRow {
  readonly atMs: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly event: LogEvent;
}
