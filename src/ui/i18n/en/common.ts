import { plural } from './plural.ts';

export const common = {
  appName: 'Medmesh',
  languageName: 'English',
  skip: 'Skip to content',
  nav: {
    label: 'Main',
    home: 'Home',
    me: 'Records',
    clinic: 'Clinic',
    lab: 'Lab',
    node: 'Node',
  },
  settings: {
    open: 'Language and appearance',
    language: 'Language',
    theme: 'Appearance',
    system: 'System',
    light: 'Light',
    dark: 'Dark',
  },
  actions: {
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    dismiss: 'Dismiss',
    reload: 'Reload the page',
    retry: 'Try again',
    showMore: (left: number) => `Show more (${plural(left, 'left', 'left')})`,
  },
  copyFailed: 'The browser did not allow copying. Select the text and copy it yourself.',
  loading: 'Loading',
  screenFailed: {
    title: 'This part of the page did not load',
    text: 'The connection to where the page came from may be gone. Your records and keys are safe in this browser.',
  },
  notFound: {
    title: 'There is nothing at this address',
    text: 'The link may be cut short, or the page may have moved.',
    home: 'Go to the start',
  },
  connection: {
    words: {
      starting: 'Starting',
      connecting: 'Connecting',
      alone: 'Relay reachable, nobody here',
      offline: 'Offline, saved here',
    },
    online: (peers: number) => `Online, ${plural(peers, 'peer', 'peers')}`,
    meshOnly: (peers: number) => `Relay gone, ${plural(peers, 'peer', 'peers')}`,
    detail: {
      starting: 'Your node is opening its chain and its keys.',
      online: 'Your tab talks to other tabs directly. The relay only introduces newcomers.',
      'mesh-only':
        'The relay cannot be reached, and nothing is lost: the tabs already connected go on without it. New people cannot join until it is back.',
      connecting: 'Looking for the relay that introduces tabs to each other.',
      alone:
        'The relay answers, but no other tab is open in this network right now. What you do is kept here and sent when somebody comes.',
      offline:
        'Neither the relay nor another tab can be reached. What you do is kept in this browser and sent when the connection is back.',
    },
    network: 'Network',
    youAre: 'This tab',
    details: 'Peers and network',
  },
  banners: {
    clock: {
      title: 'Your clock looks wrong',
      text: (minutes: string, ahead: boolean) =>
        `It is ${minutes} ${ahead ? 'ahead of' : 'behind'} the clocks of the other tabs. Blocks may be refused and sharing may end at the wrong time. Set the clock of this device, then reload.`,
    },
    storageFull: {
      title: 'Storage is nearly full',
      text: (used: string, quota: string) =>
        `The browser lets this site use ${quota}; ${used} are taken. Your records are kept, but what is new may soon not be saved.`,
      action: 'Storage',
    },
    notKeeping: {
      title: 'No room for what others share',
      text: 'The browser’s storage is full. Records shared with you are fetched when there is room again. What is here is kept.',
    },
    offline: {
      title: 'You are offline',
      text: 'Everything you do is saved in this browser and sent when somebody can be reached again.',
    },
    meshOnly: {
      title: 'The relay is gone, your peers are here',
      text: 'Sharing, blocks and messages go on between the tabs that are connected. Newcomers have to wait.',
    },
    alone: {
      title: 'Nobody else is here yet',
      text: 'The relay answers, but no other tab of this network is open. Keep this tab open, or invite somebody.',
      action: 'Invite',
    },
  },
  newVersion: {
    title: 'A newer version is ready',
    text: 'It starts with a reload. Your records, keys and the chain stay as they are.',
    action: 'Reload now',
  },
  boot: {
    starting: { title: 'Starting your node', text: 'Opening the chain, the keys and the connections in this tab.' },
    unsupported: {
      title: 'This browser cannot run a node',
      text: 'Medmesh needs IndexedDB, web workers, WebRTC and Web Locks. Current versions of Chrome, Edge, Firefox and Safari have them; private windows of some browsers do not.',
      act: 'Open this address in a current browser, outside of private mode.',
    },
    insecure: {
      title: 'This page needs an encrypted address',
      text: 'It was opened over plain http. Browsers then switch off the encryption that keeps records private, so the node does not start. Nothing was stored.',
      act: 'Open the same page over https:',
      noAddress: 'Ask whoever runs this server to start it with https (npm start -- --lan).',
    },
    failed: {
      title: 'The node is not running',
      text: 'What is stored in this browser was not touched.',
      act: 'Reload the page. If this stays, close other tabs of this site and try again.',
    },
  },
  halted: {
    title: 'The node has stopped',
    text: 'It met a fault it cannot judge, and stopped before anything could be damaged. Your data is kept.',
  },
  locked: {
    title: 'Your keys are locked',
    text: 'Enter the passphrase you set on this device. It never leaves this tab.',
    passphrase: 'Passphrase',
    unlock: 'Unlock',
    unlocking: 'Unlocking',
    corruptTitle: 'Your key vault is damaged',
    corruptText:
      'What is stored of your keys in this browser cannot be read. It was not overwritten. Keep your twelve recovery words: every key comes from them.',
  },
  problem: {
    details: 'Technical details',
    code: 'Code',
  },
  scan: {
    open: 'Scan a QR code',
    text: 'Point the camera at it. The picture stays in this tab.',
    refused: 'The browser did not allow the camera',
    refusedText: 'Allow it for this site and try again.',
    noCamera: 'No camera was found',
    paste: {
      link: { label: 'Paste the link', take: 'Open link', empty: 'Paste the whole link first.' },
      address: { label: 'Paste the address', take: 'Use address', empty: 'Paste the whole address first.' },
    },
  },
  link: {
    label: 'Paste a link',
    placeholder: 'https://…',
    open: 'Open link',
    empty: 'Paste the whole link first.',
  },
  qr: {
    alt: 'QR code of the link',
    fullScreen: 'Show full screen',
    tooLong: 'This link is too long for a QR code. Copy it instead.',
  },
};
