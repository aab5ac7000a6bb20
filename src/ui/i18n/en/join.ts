export const join = {
  title: 'Open a link',
  lookingTitle: 'Looking at the link',
  none: {
    title: 'There is no link here any more',
    text: 'Links with a secret are taken out of the address bar, so a reload forgets them. Open the link again from where you got it.',
  },
  network: 'Network',
  share: {
    title: 'Someone shares a record with you',
    text: 'It is sealed. If you open it, your tab fetches it from other tabs and keeps a sealed copy for as long as the share runs.',
    note: 'Nobody is told who you are. The tab that hands the record over sees your network address, as with any connection.',
    until: 'You can read it until',
    action: 'Open it here',
    opening: 'Opening',
  },
  request: {
    title: (name: string) => `${name} asks for a record`,
    asks: 'They ask for',
    purpose: 'Purpose',
    until: 'They can receive it until',
    digits: 'Compare these six digits',
    digitsText:
      'They must be the same as on the other screen or on the counter. If they differ, somebody else is asking.',
    choose: 'Choose what to share',
    needRecord: 'You have no record here yet. Bring one, then choose it.',
    decline: 'Not now',
    over: 'This request is over. Ask for a new code.',
  },
  invite: {
    title: (network: string) => `You are invited to “${network}”`,
    here: (network: string) => `You are in “${network}”`,
    hereText: 'This tab is now a node of this network.',
    start: 'Start',
  },
  other: {
    title: 'This link leads to another network',
    text: (present: string) =>
      `You are in “${present}”. If you switch, this tab and new tabs of this browser open in the other one. What you have here stays in this browser; the way back is under Node → Network.`,
    network: 'The other network',
    relay: 'Its relay',
    ownRelay: 'the server of this page',
    relayText:
      'The relay introduces tabs to each other and sees your network address. Switch only if you expected this link.',
    action: 'Switch network',
    switching: 'Switching',
    stay: 'Stay here',
  },
  own: 'Go to who has it',
  ignore: 'Ignore this link',
};
