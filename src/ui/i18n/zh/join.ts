import type { Dictionary } from '../en.ts';

export const join = {
  title: '打开链接',
  lookingTitle: '正在查看链接',
  none: {
    title: '这里已经没有链接',
    text: '含有秘密的链接会从地址栏移除，重新加载后就不在了。请从原处再次打开链接。',
  },
  network: '网络',
  share: {
    title: '有人与您分享一份病历',
    text: '它是密封的。打开后，您的标签页会从其他标签页获取它，并在分享有效期内保存一份密封副本。',
    note: '没有人会得知您是谁。交付病历的标签页会看到您的网络地址，任何连接都是如此。',
    until: '您可以阅读至',
    action: '在这里打开',
    opening: '正在打开',
  },
  request: {
    title: (name: string) => `${name}请求一份病历`,
    asks: '对方索取',
    purpose: '用途',
    until: '对方可接收至',
    digits: '请核对这六位数字',
    digitsText: '它们必须与对方屏幕或柜台上的数字相同。如果不同，就是别人在索取。',
    choose: '选择要分享的内容',
    needRecord: '您这里还没有病历。请先添加一份，再选择它。',
    decline: '暂不',
    over: '此请求已结束。请索取新的二维码。',
  },
  invite: {
    title: (network: string) => `您被邀请加入“${network}”`,
    here: (network: string) => `您已在“${network}”中`,
    hereText: '此标签页现在是这个网络的节点。',
    start: '开始',
  },
  other: {
    title: '此链接通向另一个网络',
    text: (present: string) =>
      `您现在在“${present}”中。如果切换，此标签页和此浏览器的新标签页都会在另一个网络中打开。这里的内容保留在此浏览器中，可从“节点 → 网络”返回。`,
    network: '另一个网络',
    relay: '它的中继',
    ownRelay: '此页面的服务器',
    relayText: '中继为标签页牵线，会看到您的网络地址。只有在您预期收到此链接时才切换。',
    action: '切换网络',
    switching: '正在切换',
    stay: '留在这里',
  },
  own: '查看谁拥有',
  ignore: '忽略此链接',
} satisfies Dictionary['join'];
