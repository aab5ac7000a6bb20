import type { Dictionary } from '../en.ts';
import { number } from './number.ts';

export const home = {
  title: '健康记录，标签页之间直接分享',
  lead: '没有公司的服务器保管它们。每个打开的标签页都是一个完整节点：保存区块链，检查每个区块，并把密封的病历交给您选择的人。',
  doors: {
    label: '您来做什么？',
    patient: {
      title: '我有病历',
      text: '用链接或二维码把选定的病历分享给诊所。看看谁拥有它们，随时停止。',
      action: '我的病历',
    },
    clinic: {
      title: '我在诊所工作',
      text: '向患者索取所需的内容，阅读他们发来的病历。无需安装任何东西。',
      action: '诊所工作台',
    },
    lab: {
      title: '我教书或学习',
      text: '在自己的手机上观察真实的区块链：挖矿、转币、拆解区块。',
      action: '进入实验室',
    },
  },
  gotLink: '有链接或二维码？',
  state: {
    title: '此网络',
    mesh: (peers: number) => (peers === 0 ? '目前只有此标签页' : `此标签页和另外 ${number(peers)} 个`),
    you: '您',
    meshAlt: (peers: number) =>
      peers === 0 ? '示意图：单个节点，即此标签页。' : `示意图：此标签页与另外 ${number(peers)} 个标签页相连。`,
    block: (height: string) => `区块 ${height}`,
    checked: (done: string, total: string) => `已检查 ${done} / ${total}`,
    starting: '您的节点正在启动。',
  },
} satisfies Dictionary['home'];
