import { shorten } from '../../format.ts';
import type { LogWords } from '../en/log.ts';
import { number } from './number.ts';

export const log: LogWords = {
  started: ({ height }) => `已启动，位于区块 ${height}`,
  halted: () => '节点已停止，数据仍然保留',
  'clock-slow': ({ slowS }) => `时钟慢了 ${number(slowS)} 秒：新区块看起来像来自未来`,
  'peer-connected': ({ peerId, height }) => `标签页 ${shorten(peerId)} 已连接，位于区块 ${height}`,
  'peer-gone': ({ peerId }) => `标签页 ${shorten(peerId)} 已离开。`,
  'block-mined': ({ height }) => `挖出区块 ${height}`,
  'own-block-refused': ({ height }) => `自己的区块 ${height} 被拒绝：时钟是否正确？`,
  'block-refused': ({ height, hash }) => `拒绝区块 ${height}（${shorten(hash)}）`,
  reorg: ({ off, on }) => `改用工作量更大的链：撤下 ${number(off)} 个区块，接上 ${number(on)} 个`,
  'reorg-refused': ({ depth, detail }) =>
    detail === 'too-deep'
      ? `拒绝另一条链：需要撤下 ${number(depth)} 个区块，超出可撤销的范围`
      : `拒绝另一条链：需要撤下 ${number(depth)} 个区块，内存一次容纳不下`,
  'own-transaction-refused': ({ txid }) => `自己的交易 ${shorten(txid)} 被拒绝`,
  'own-transaction-overtaken': ({ txid }) => `自己的交易 ${shorten(txid)} 被此账户的另一笔交易取代`,
  'storage-fault': () => '磁盘没有完成所要求的操作',
  'chain-repaired': ({ repair }) => `保存的区块链已损坏：${REPAIRS[repair]}`,
  'chain-not-repaired': () => '损坏的区块链无法修复',
  'connecting-stored': ({ count }) => `链的状态已损坏：正在重新连接此处保存的 ${number(count)} 个区块`,
  'connected-stored': ({ height }) => `已连接到区块 ${height}`,
  'verifier-died': () => '一个验证签名的工作线程停止了，它的工作会重做',
  'code-unavailable': () => '程序的一部分无法获取，稍后会再试',
  'record-mended': ({ blobId }) => `病历 ${shorten(blobId)} 已重新获取`,
  'document-not-dropped': ({ blobId }) => `密封文件 ${shorten(blobId)} 暂时无法删除`,
  'capsule-refused': ({ slotId, version }) => `拒绝槽位 ${shorten(slotId)} 中授权胶囊的第 ${number(version)} 版`,
  'shared-record-refused': ({ slotId }) => `槽位 ${shorten(slotId)} 中分享的病历无法读取`,
};

const REPAIRS = {
  mended: '已用保存的区块修复',
  reconnect: '正在重新连接保存的区块',
  'fetch-again': '保存的内容无法读取，将重新获取',
} as const;
