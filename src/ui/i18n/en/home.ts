import { plural } from './plural.ts';

export const home = {
  title: 'Health records, shared from tab to tab',
  lead: 'No company server holds them. Each open tab is a full node: it keeps the chain, checks every block, and hands sealed records to the people you choose.',
  doors: {
    label: 'What brings you here?',
    patient: {
      title: 'I have records',
      text: 'Share chosen records with a clinic from a link or QR code. See who has them. Stop it again.',
      action: 'My records',
    },
    clinic: {
      title: 'I work at a clinic',
      text: 'Ask patients for what you need and read what they send. Nothing to install.',
      action: 'Clinic desk',
    },
    lab: {
      title: 'I teach or learn',
      text: 'Watch a real blockchain work on your own phones: mine, send coins, take blocks apart.',
      action: 'Open the lab',
    },
  },
  gotLink: 'Got a link or a QR code?',
  state: {
    title: 'This network',
    mesh: (peers: number) =>
      peers === 0 ? 'Only this tab so far' : `This tab and ${plural(peers, 'other', 'others')}`,
    you: 'you',
    meshAlt: (peers: number) =>
      peers === 0
        ? 'Drawing of a single node: this tab.'
        : `Drawing of this tab linked to ${plural(peers, 'other tab', 'other tabs')}.`,
    block: (height: string) => `Block ${height}`,
    checked: (done: string, total: string) => `Checked ${done} of ${total}`,
    starting: 'Your node is starting.',
  },
};
