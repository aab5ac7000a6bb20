/** Block templates: the next block as this node would make it, lacking only its work. */
import { bodyRootOf, NO_SEAL, type Body } from './block.ts';
import { HEADER_VERSION, type Header } from './header.ts';
import type { BlockHash } from './ids.ts';
import type { Ledger } from './ledger.ts';
import { stateRootOf } from './lthash.ts';
import { assert } from './result.ts';
import { blockBytes, transactionBytesInBody } from './size.ts';
import { StateView, type StateReader } from './state-view.ts';
import type { Transaction } from './transaction.ts';
import type { StateTransition } from './undo.ts';

export interface TemplateOrder {
  readonly ledger: Ledger;
  readonly parent: { readonly hash: BlockHash; readonly height: number };
  /** Unix seconds, later than the parent's median time past. */
  readonly timeS: number;
  /** As the consensus engine asks for after this parent. */
  readonly bits: number;
  /** 33 bytes. */
  readonly minerPublicKey: Uint8Array;
  /** The network's cap on a whole block. */
  readonly blockBytesMax: number;
  /** Best first, as the mempool gives them. Signatures are verified already. */
  readonly candidates: readonly Transaction[];
  /** After the parent, with the `touches` of the candidates and of the coinbase loaded (`templateTouches`). */
  readonly state: StateReader;
  /** After the parent, 2,048 bytes. */
  readonly accumulator: Uint8Array;
}

export interface BlockTemplate {
  /** extraNonce and nonce are zero, for the miner to fill in. */
  readonly header: Header;
  readonly body: Body;
  readonly height: number;
  /** Grains, subsidy and fees. */
  readonly reward: bigint;
  /** What the block does to the state: ready to be stored once the block is mined. */
  readonly transition: StateTransition;
}

/** Bytes of the transaction count, at most: more than a million do not fit a block. */
const COUNT_BYTES_MAX = 3;

/** The state keys to load before `makeTemplate`; some may come twice. */
export function templateTouches(
  ledger: Ledger,
  minerPublicKey: Uint8Array,
  candidates: readonly Transaction[],
): ReturnType<Ledger['touches']> {
  return [ledger.makeCoinbase(minerPublicKey, 0, 0n), ...candidates].flatMap((tx) => ledger.touches(tx));
}

/**
 * Makes a block that every node accepts once it has its work. Candidates that no longer apply, or no longer fit, are
 * passed over: a mempool may lag behind the chain.
 */
export function makeTemplate(order: TemplateOrder): BlockTemplate {
  const { ledger, parent, accumulator, state } = order;
  const height = parent.height + 1;
  const view = new StateView(state);
  const chosen: Transaction[] = [];
  let fees = 0n;
  let room = order.blockBytesMax - blockBytes(0, 0, 0) - COUNT_BYTES_MAX;
  room -= transactionBytesInBody(ledger.makeCoinbase(order.minerPublicKey, height, 0n));
  for (const tx of order.candidates) {
    const bytes = transactionBytesInBody(tx);
    if (bytes > room || !ledger.applyTransaction(view, tx, height).ok) continue;
    chosen.push(tx);
    fees += tx.fee;
    room -= bytes;
  }
  const reward = ledger.subsidyAt(height) + fees;
  const transactions = [ledger.makeCoinbase(order.minerPublicKey, height, reward), ...chosen];
  // By the same code that judges a peer's block, so that the state root is right by construction.
  const applied = ledger.applyTransactions(state, accumulator, transactions, height);
  assert(applied.ok, `own template refused: ${applied.ok ? '' : applied.code}`);
  const body: Body = { seal: NO_SEAL, transactions };
  const header: Header = {
    version: HEADER_VERSION,
    extraNonce: 0,
    prevHash: parent.hash,
    bodyRoot: bodyRootOf(body),
    stateRoot: stateRootOf(applied.value.accumulator),
    timeS: order.timeS,
    bits: order.bits,
    nonce: 0,
  };
  return { header, body, height, reward, transition: applied.value };
}
