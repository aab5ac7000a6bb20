import type { Dictionary } from '../en.ts';
import { number } from './number.ts';

export const common = {
  appName: 'Medmesh',
  languageName: '简体中文',
  skip: '跳到正文',
  nav: {
    label: '主导航',
    home: '首页',
    me: '病历',
    clinic: '诊所',
    lab: '实验室',
    node: '节点',
  },
  settings: {
    open: '语言与外观',
    language: '语言',
    theme: '外观',
    system: '跟随系统',
    light: '浅色',
    dark: '深色',
  },
  actions: {
    cancel: '取消',
    close: '关闭',
    copy: '复制',
    copied: '已复制',
    dismiss: '知道了',
    reload: '重新加载页面',
    retry: '再试一次',
    showMore: (left: number) => `显示更多（还有 ${number(left)} 条）`,
  },
  copyFailed: '浏览器不允许复制。请选中文字后自行复制。',
  loading: '正在加载',
  screenFailed: {
    title: '页面的这一部分没有加载成功',
    text: '与页面来源的连接可能已断开。您的病历和密钥都安全地保存在此浏览器中。',
  },
  notFound: {
    title: '这个地址没有内容',
    text: '链接可能不完整，或页面已移动。',
    home: '回到首页',
  },
  connection: {
    words: {
      starting: '正在启动',
      connecting: '正在连接',
      alone: '中继可用，暂无他人',
      offline: '离线，已存本机',
    },
    online: (peers: number) => `在线，${number(peers)} 个节点`,
    meshOnly: (peers: number) => `中继断开，${number(peers)} 个节点`,
    detail: {
      starting: '您的节点正在打开区块链和密钥。',
      online: '您的标签页与其他标签页直接通信。中继只负责介绍新加入者。',
      'mesh-only': '中继无法连接，但没有任何损失：已相连的标签页照常工作。在它恢复之前，新人无法加入。',
      connecting: '正在寻找为标签页牵线的中继。',
      alone: '中继有响应，但此网络中目前没有其他打开的标签页。您的操作保存在本机，有人上线时再发送。',
      offline: '中继和其他标签页都无法连接。您的操作保存在此浏览器中，恢复连接后发送。',
    },
    network: '网络',
    youAre: '此标签页',
    details: '节点与网络',
  },
  banners: {
    clock: {
      title: '您的时钟似乎不准',
      text: (minutes: string, ahead: boolean) =>
        `它比其他标签页的时钟${ahead ? '快' : '慢'} ${minutes}。区块可能被拒绝，分享也可能在错误的时间结束。请校准本设备的时钟，然后重新加载。`,
    },
    storageFull: {
      title: '存储空间快满了',
      text: (used: string, quota: string) =>
        `浏览器允许本站使用 ${quota}，已用 ${used}。您的病历会保留，但新内容可能很快无法保存。`,
      action: '存储',
    },
    notKeeping: {
      title: '没有空间接收他人的分享',
      text: '浏览器的存储空间已满。有空间后会继续获取分享给您的病历。已有的数据会保留。',
    },
    offline: {
      title: '您已离线',
      text: '您的所有操作都保存在此浏览器中，能联系到他人时再发送。',
    },
    meshOnly: {
      title: '中继断开了，但其他节点仍在',
      text: '已相连的标签页之间，分享、区块和消息照常进行。新加入者需要等待。',
    },
    alone: {
      title: '这里还没有其他人',
      text: '中继有响应，但此网络中没有其他打开的标签页。请保持此页打开，或邀请他人。',
      action: '邀请',
    },
  },
  newVersion: {
    title: '新版本已就绪',
    text: '重新加载后即可使用。您的病历、密钥和区块链保持不变。',
    action: '立即重新加载',
  },
  boot: {
    starting: { title: '正在启动您的节点', text: '正在此标签页中打开区块链、密钥和连接。' },
    unsupported: {
      title: '此浏览器无法运行节点',
      text: 'Medmesh 需要 IndexedDB、Web Worker、WebRTC 和 Web Locks。新版 Chrome、Edge、Firefox 和 Safari 都支持；某些浏览器的无痕窗口不支持。',
      act: '请在新版浏览器的普通窗口中打开此地址。',
    },
    insecure: {
      title: '此页面需要加密地址',
      text: '页面是通过普通 http 打开的。浏览器因此停用了保护病历隐私的加密功能，所以节点没有启动。没有存储任何内容。',
      act: '请通过 https 打开同一页面：',
      noAddress: '请让服务器的维护者以 https 启动（npm start -- --lan）。',
    },
    failed: {
      title: '节点没有在运行',
      text: '此浏览器中保存的内容没有被改动。',
      act: '请重新加载页面。如果仍然如此，请关闭本站的其他标签页后再试。',
    },
  },
  halted: {
    title: '节点已停止',
    text: '它遇到了无法判断的故障，在造成任何损坏之前停了下来。您的数据已保留。',
  },
  locked: {
    title: '您的密钥已锁定',
    text: '请输入您在此设备上设置的口令。它不会离开此标签页。',
    passphrase: '口令',
    unlock: '解锁',
    unlocking: '正在解锁',
    corruptTitle: '您的密钥库已损坏',
    corruptText: '此浏览器中保存的密钥无法读取，但没有被覆盖。请保管好您的十二个恢复词：所有密钥都由它们产生。',
  },
  problem: {
    details: '技术细节',
    code: '代码',
  },
  scan: {
    open: '扫描二维码',
    text: '请将摄像头对准它。画面不会离开此标签页。',
    refused: '浏览器不允许使用摄像头',
    refusedText: '请为本站授权后再试。',
    noCamera: '没有找到摄像头',
    paste: {
      link: { label: '粘贴链接', take: '打开链接', empty: '请先粘贴完整的链接。' },
      address: { label: '粘贴地址', take: '使用地址', empty: '请先粘贴完整的地址。' },
    },
  },
  link: {
    label: '粘贴链接',
    placeholder: 'https://…',
    open: '打开链接',
    empty: '请先粘贴完整的链接。',
  },
  qr: {
    alt: '链接的二维码',
    fullScreen: '全屏显示',
    tooLong: '此链接太长，无法制成二维码。请改为复制。',
  },
} satisfies Omit<Dictionary, 'problems' | 'health' | 'home' | 'me' | 'clinic' | 'lab' | 'log' | 'node' | 'join'>;
