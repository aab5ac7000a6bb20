import type { ProblemWords } from '../en/problems.ts';
import type { ProblemCode } from '../../../node/api.ts';

const NOTHING_CHANGED = '没有任何改动。';
const NOTHING_IMPORTED = '没有导入任何内容，您的其他病历保持原样。';

export const problems = {
  'file-too-large': { what: '文件太大。', safe: NOTHING_IMPORTED, act: '请从来源处导出较短的时段，或将文件拆分。' },
  'file-empty': { what: '文件是空的。', safe: NOTHING_IMPORTED, act: '请重新下载并检查文件大小。' },
  'file-no-entries': {
    what: '此文件中没有任何健康条目。',
    safe: NOTHING_IMPORTED,
    act: '它可能是一份没有结果的答复。请重新下载病历。',
  },
  'file-not-json': {
    what: '无法读取此文件：它不是完整的 JSON。',
    safe: NOTHING_IMPORTED,
    act: '文件可能被截断。请重新下载，并选择 FHIR（JSON）格式。',
  },
  'file-not-fhir': {
    what: '文件可以读取，但它不是 FHIR 健康记录。',
    safe: NOTHING_IMPORTED,
    act: '请选择 FHIR R4 文件：Bundle、单个资源或 NDJSON。',
  },
  'file-unsupported-version': {
    what: '此文件使用的 FHIR 版本不是 R4。',
    safe: NOTHING_IMPORTED,
    act: '请重新导出为 FHIR R4（4.0.1）。',
  },
  'file-unreadable': {
    what: '浏览器无法读取此文件。',
    safe: NOTHING_IMPORTED,
    act: '文件可能已移动或正被其他程序使用。请重新选择。',
  },
  'link-damaged': {
    what: '这不是 Medmesh 链接，或链接不完整。',
    safe: '没有打开或发送任何内容。',
    act: '请复制完整的链接，或重新扫描二维码。',
  },
  'link-unknown-version': {
    what: '此链接由更新版本的 Medmesh 生成。',
    safe: '没有打开或发送任何内容。',
    act: '请重新加载页面以获取最新版本，然后再次打开链接。',
  },
  'link-other-network': {
    what: '此链接属于另一个网络。',
    safe: '您的病历仍在原来的网络中。',
    act: '切换到那个网络即可打开链接。',
  },
  'link-own': {
    what: '这个链接是您自己创建的。',
    safe: '对收件人来说它仍然有效。',
    act: '请把它发给对方，或出示二维码。',
  },
  'link-expired': {
    what: '这个链接已经结束。',
    safe: '没有打开或发送任何内容。',
    act: '请向给您链接的人索取新的链接。',
  },
  'network-unsupported': {
    what: '此网络采用了本版本不认识的规则。',
    safe: '您仍在原来的网络中。',
    act: '请重新加载页面以获取最新版本。',
  },
  'organisation-unknown': {
    what: '此网络的链上没有这个机构。',
    safe: '没有分享任何内容。',
    act: '请等区块链更新完毕后再试，并询问对方是否已发布资料。',
  },
  'wrong-passphrase': {
    what: '口令不正确。',
    safe: '您的密钥没有改动，可以无限次重试。',
    act: '请检查大小写和键盘语言。',
  },
  'passphrase-too-short': { what: '口令太短。', safe: '口令没有更改。', act: '请至少使用 8 个字符，最好是几个词。' },
  'vault-locked': { what: '您的密钥已锁定。', safe: NOTHING_CHANGED, act: '请先用口令解锁。' },
  'vault-corrupt': {
    what: '保存的密钥无法读取。',
    safe: '它们没有被覆盖，您的病历仍处于密封状态。',
    act: '请保管好恢复词：密钥就在其中，只是本版本还不能用它们恢复。要现在继续，请使用全新的浏览器配置。',
  },
  'record-unknown': {
    what: '此浏览器中没有这份病历。',
    safe: '其他病历不受影响。',
    act: '请返回列表。它可能属于另一个标签页或网络。',
  },
  'record-erased': { what: '病历的主人已将其抹除。', safe: '其他病历不受影响。', act: '如果仍有需要，请询问对方。' },
  'record-not-here-yet': {
    what: '这份病历尚未到达。',
    safe: '它处于密封状态，保存在保管者那里。',
    act: '请保持此页打开。一旦持有它的标签页上线，就会开始获取。',
  },
  'record-damaged': {
    what: '这份病历的本地副本已损坏。',
    safe: '在显示之前就发现了损坏，正从其他标签页重新获取。',
    act: '请保持在线，稍后再试。如果没有其他人持有它，请重新导入文件。',
  },
  'patient-differs': {
    what: '这个文件中的患者与要替换的病历不同。',
    safe: '没有替换任何内容，也没有发送给任何人。',
    act: '请检查文件。如果它属于别人，请把它作为另一份病历添加。',
  },
  'grant-unknown': { what: '这里没有这项分享。', safe: NOTHING_CHANGED, act: '请重新加载列表。' },
  'grant-ended': {
    what: '这项分享已经结束。',
    safe: '没有人能再通过它获得新版本。',
    act: '如果仍需访问，请重新分享。',
  },
  'expiry-in-past': { what: '这个结束时间已经过去。', safe: '没有分享任何内容。', act: '请选择更晚的时间。' },
  'text-invalid': { what: '文字为空或太长。', safe: NOTHING_CHANGED, act: '请修改后再试。' },
  'address-invalid': {
    what: '这不是此网络的地址。',
    safe: '没有转移任何币。校验码会发现输错的字符。',
    act: '请重新复制完整地址，它以 mm1 开头。',
  },
  'amount-invalid': {
    what: '这不是有效的数额。',
    safe: '没有转移任何币。',
    act: '请输入如 2.5 的数字，最多 8 位小数。',
  },
  'balance-too-low': {
    what: '可用的币不足以支付数额和手续费。',
    safe: '没有转移任何币。',
    act: '请减少数额，或等待挖到的币成熟。',
  },
  'transaction-refused': {
    what: '网络规则拒绝了这笔交易。',
    safe: '没有记录任何内容。',
    act: '请查看下方的代码，修改所指出的问题后再试。',
  },
  'block-unknown': {
    what: '这里没有这个区块。',
    safe: NOTHING_CHANGED,
    act: '请检查高度或哈希。它可能尚未到达，或已被更长的链取代。',
  },
  'storage-full': {
    what: '浏览器没有足够的空间。',
    safe: '之前保存的内容完好，这一步已整体撤销。',
    act: '请在本设备上腾出空间，或抹除不再需要的病历，然后再试。',
  },
  'storage-failed': {
    what: '浏览器无法写入存储。',
    safe: '之前保存的内容完好，这一步已整体撤销。',
    act: '请重新加载页面。如果仍然如此，请重启浏览器。',
  },
  'node-starting': { what: '您的节点仍在启动。', safe: NOTHING_CHANGED, act: '请稍候再试。' },
  'code-unavailable': {
    what: '需要用到本标签页尚未取得的一部分程序，而服务器没有回应。',
    safe: NOTHING_CHANGED,
    act: '能连上服务器时请再试一次；其余功能照常可用。',
  },
  'node-halted': { what: '您的节点已停止。', safe: '数据已保留。', act: '请重新加载页面以重新启动。' },
  cancelled: { what: '操作已停止。', safe: '没有留下未完成的内容。', act: '您可以随时重新开始。' },
  internal: {
    what: '节点内部出了问题。',
    safe: '之前保存的内容完好。',
    act: '请再试一次。如果仍然如此，请重新加载页面并报告下方的细节。',
  },
} satisfies Record<ProblemCode, ProblemWords>;
