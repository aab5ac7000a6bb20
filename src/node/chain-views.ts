/** Blocks and transactions in the words of the read model. */
import { accountOf, formatAddress } from '../core/account.ts';
import { equalBytes, toHex } from '../core/bytes.ts';
import type { BlockHash } from '../core/ids.ts';
import type { MempoolEntry } from '../core/mempool.ts';
import { assert } from '../core/result.ts';
import { blockBytes, transactionBytes, transactionBytesInBody } from '../core/size.ts';
import { stampBitsOf } from '../core/stamp.ts';
import { targetBytes, targetFromBits } from '../core/target.ts';
import { txIdOf, type Transaction } from '../core/transaction.ts';
import { kindOf } from '../ledger/registry.ts';
import type { BlockDetail, BlockRow, TransactionKind, TransactionRow, TransactionSummary } from './api.ts';
import type { MainBlock } from './chain-manager.ts';

/** Public keys of this person: what is signed with one of them is `mine`. */
export type IsMine = (publicKey: Uint8Array) => boolean;

export function blockRow({ at, body }: MainBlock, isMine: IsMine): BlockRow {
  const coinbase = body.transactions[0];
  return {
    hash: at.hash,
    height: at.height,
    timeS: at.timeS,
    transactionCount: body.transactions.length,
    bytes: blockBytes(
      body.seal.length,
      body.transactions.length,
      body.transactions.reduce((sum, tx) => sum + transactionBytesInBody(tx), 0),
    ),
    ...(coinbase ? { miner: formatAddress(accountOf(coinbase.sender)) } : {}),
    mine: coinbase !== undefined && isMine(coinbase.sender),
  };
}

function transactionRow(tx: Transaction, genesisHash: BlockHash, isMine: IsMine): TransactionRow {
  return {
    txid: txIdOf(tx),
    kind: kindNameOf(tx),
    bytes: transactionBytes(tx),
    fee: tx.fee,
    stampBits: stampBitsOf(tx, genesisHash),
    mine: isMine(tx.sender),
  };
}

/** The mempool knows the id, size and stamp already. */
export function mempoolRow({ id, tx, bytes, stampBits }: MempoolEntry, isMine: IsMine): TransactionRow {
  return { txid: id, kind: kindNameOf(tx), bytes, fee: tx.fee, stampBits, mine: isMine(tx.sender) };
}

export function blockDetail(block: MainBlock, genesisHash: BlockHash, isMine: IsMine): BlockDetail {
  const { header, encoded } = block.at;
  const target = targetFromBits(header.bits);
  assert(target !== undefined, 'an indexed header has a target');
  return {
    ...blockRow(block, isMine),
    headerHex: toHex(encoded),
    fields: {
      version: header.version,
      extraNonce: header.extraNonce,
      prevHash: header.prevHash,
      bodyRoot: toHex(header.bodyRoot),
      stateRoot: toHex(header.stateRoot),
      timeS: header.timeS,
      bits: header.bits.toString(16).padStart(8, '0'),
      nonce: header.nonce,
    },
    target: toHex(targetBytes(target)),
    transactions: block.body.transactions.map((tx) => ({
      ...transactionRow(tx, genesisHash, isMine),
      summary: summaryOf(tx),
    })),
  };
}

export function sameKey(own: Uint8Array | undefined): IsMine {
  return (publicKey) => own !== undefined && equalBytes(own, publicKey);
}

function kindNameOf(tx: Transaction): TransactionKind {
  const kind = kindOf(tx.kind);
  assert(kind, `unknown kind ${tx.kind} past the ledger's check`);
  return kind.name;
}

function summaryOf(tx: Transaction): TransactionSummary {
  const kind = kindOf(tx.kind);
  assert(kind, `unknown kind ${tx.kind} past the ledger's check`);
  return kind.summary(tx);
}
