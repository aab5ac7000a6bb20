import type { ProblemCode } from '../../../node/api.ts';

export interface ProblemWords {
  /** What happened. */
  readonly what: string;
  /** What is safe. */
  readonly safe: string;
  /** What to do. */
  readonly act: string;
}

const NOTHING_CHANGED = 'Nothing was changed.';
const NOTHING_IMPORTED = 'Nothing was imported; your other records are as they were.';

export const problems = {
  'file-too-large': {
    what: 'This file is too large.',
    safe: NOTHING_IMPORTED,
    act: 'Export a shorter period from where it comes from, or split it.',
  },
  'file-empty': { what: 'This file is empty.', safe: NOTHING_IMPORTED, act: 'Download it again and check its size.' },
  'file-no-entries': {
    what: 'This file holds no health entries.',
    safe: NOTHING_IMPORTED,
    act: 'It may be an answer without results. Download the record again.',
  },
  'file-not-json': {
    what: 'This file cannot be read: it is not complete JSON.',
    safe: NOTHING_IMPORTED,
    act: 'It may be cut short. Download it again, and choose the FHIR (JSON) format.',
  },
  'file-not-fhir': {
    what: 'This file is readable, but it is not a FHIR health record.',
    safe: NOTHING_IMPORTED,
    act: 'Choose a FHIR R4 file: a Bundle, a single resource, or NDJSON.',
  },
  'file-unsupported-version': {
    what: 'This file uses a FHIR version other than R4.',
    safe: NOTHING_IMPORTED,
    act: 'Export it again as FHIR R4 (4.0.1).',
  },
  'file-unreadable': {
    what: 'The browser could not read this file.',
    safe: NOTHING_IMPORTED,
    act: 'It may have been moved or be open elsewhere. Choose it again.',
  },
  'link-damaged': {
    what: 'This is not a Medmesh link, or part of it is missing.',
    safe: 'Nothing was opened or sent.',
    act: 'Copy the whole link, or scan the QR code again.',
  },
  'link-unknown-version': {
    what: 'This link was made by a newer version of Medmesh.',
    safe: 'Nothing was opened or sent.',
    act: 'Reload the page to get the newest version, then open the link again.',
  },
  'link-other-network': {
    what: 'This link belongs to another network.',
    safe: 'Your records stay in the network they are in.',
    act: 'Switch to that network to open the link.',
  },
  'link-own': {
    what: 'You made this link yourself.',
    safe: 'It still works for the person you made it for.',
    act: 'Send it to them, or show them the QR code.',
  },
  'link-expired': {
    what: 'This link has ended.',
    safe: 'Nothing was opened or sent.',
    act: 'Ask whoever gave it to you for a new one.',
  },
  'network-unsupported': {
    what: 'This network follows rules that this version does not know.',
    safe: 'You are still in the network you were in.',
    act: 'Reload the page to get the newest version.',
  },
  'organisation-unknown': {
    what: 'This organisation is not on the chain of this network.',
    safe: 'Nothing was shared.',
    act: 'Wait until the chain is up to date, then try again. Ask them whether their profile is published.',
  },
  'wrong-passphrase': {
    what: 'This passphrase is not right.',
    safe: 'Your keys are untouched, and you may try as often as you like.',
    act: 'Check capital letters and the keyboard language.',
  },
  'passphrase-too-short': {
    what: 'This passphrase is too short.',
    safe: 'The passphrase was not changed.',
    act: 'Use at least 8 characters; a few words are best.',
  },
  'vault-locked': {
    what: 'Your keys are locked.',
    safe: NOTHING_CHANGED,
    act: 'Unlock them with your passphrase first.',
  },
  'vault-corrupt': {
    what: 'The stored keys cannot be read.',
    safe: 'They were not overwritten, and your records are still sealed.',
    act: 'Keep your recovery words: they hold your keys, though this version cannot take them back in yet. To go on now, use a fresh browser profile.',
  },
  'record-unknown': {
    what: 'This record is not in this browser.',
    safe: 'Other records are not affected.',
    act: 'Go back to the list. It may belong to another tab or network.',
  },
  'record-erased': {
    what: 'This record was erased by its owner.',
    safe: 'Other records are not affected.',
    act: 'Ask the owner if you still need it.',
  },
  'record-not-here-yet': {
    what: 'This record has not arrived yet.',
    safe: 'It is sealed and waits where it is kept.',
    act: 'Keep this tab open. It is fetched as soon as a tab that holds it is online.',
  },
  'record-damaged': {
    what: 'The stored copy of this record is damaged.',
    safe: 'The damage was noticed before anything was shown. It is fetched again from other tabs.',
    act: 'Stay online and try again in a moment. If nobody else holds it, import the file again.',
  },
  'patient-differs': {
    what: 'This file names another patient than the record it would replace.',
    safe: 'Nothing was replaced, and nobody was sent anything.',
    act: 'Check the file. If it belongs to somebody else, add it as a record of its own.',
  },
  'grant-unknown': { what: 'This share is not known here.', safe: NOTHING_CHANGED, act: 'Reload the list.' },
  'grant-ended': {
    what: 'This share has already ended.',
    safe: 'Nobody gets new versions through it.',
    act: 'Share again if access is still needed.',
  },
  'expiry-in-past': {
    what: 'This end time is already over.',
    safe: 'Nothing was shared.',
    act: 'Choose a later time.',
  },
  'text-invalid': {
    what: 'This text is empty or too long.',
    safe: NOTHING_CHANGED,
    act: 'Shorten it and try again.',
  },
  'address-invalid': {
    what: 'This is not an address of this network.',
    safe: 'No coins were moved. The checksum catches mistyped letters.',
    act: 'Copy the whole address again; it begins with mm1.',
  },
  'amount-invalid': {
    what: 'This is not an amount.',
    safe: 'No coins were moved.',
    act: 'Write a number such as 2.5, with at most 8 decimals.',
  },
  'balance-too-low': {
    what: 'Your spendable coins do not cover this amount and the fee.',
    safe: 'No coins were moved.',
    act: 'Send less, or wait until mined coins mature.',
  },
  'transaction-refused': {
    what: 'The network’s rules refuse this transaction.',
    safe: 'Nothing was recorded.',
    act: 'Look at the code below, change what it names, and try again.',
  },
  'block-unknown': {
    what: 'There is no such block here.',
    safe: NOTHING_CHANGED,
    act: 'Check the height or hash. It may not have arrived yet, or it lost to a longer chain.',
  },
  'storage-full': {
    what: 'The browser has no room left for this.',
    safe: 'What was stored before is intact; the step was undone as a whole.',
    act: 'Free some space on this device or erase records you no longer need, then try again.',
  },
  'storage-failed': {
    what: 'The browser could not write to its storage.',
    safe: 'What was stored before is intact; the step was undone as a whole.',
    act: 'Reload the page. If this stays, restart the browser.',
  },
  'node-starting': { what: 'Your node is still starting.', safe: NOTHING_CHANGED, act: 'Wait a moment and try again.' },
  'code-unavailable': {
    what: 'A part of the program is needed that this tab has not fetched yet, and the server does not answer.',
    safe: NOTHING_CHANGED,
    act: 'Try again when you are connected to the server; the rest works on without it.',
  },
  'node-halted': {
    what: 'Your node has stopped.',
    safe: 'Its data is kept.',
    act: 'Reload the page to start it again.',
  },
  cancelled: { what: 'This was stopped.', safe: 'Nothing half-done was kept.', act: 'Start again whenever you like.' },
  internal: {
    what: 'Something went wrong inside the node.',
    safe: 'What was stored before is intact.',
    act: 'Try again. If this stays, reload the page and report the details below.',
  },
} satisfies Record<ProblemCode, ProblemWords>;
