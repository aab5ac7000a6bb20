/**
 * What ties a link to the two certificates that secure it. The relay carries the descriptions, so it could put its own
 * fingerprints into them and sit in the middle; the node's handshake signs this value, which then differs between ends.
 */
import { compareBytes, concatBytes, equalBytes, fromHex } from '../../core/bytes.ts';
import { sha256 } from '../../core/hash.ts';
import { accept, reject, type Result } from '../../core/result.ts';

const FINGERPRINT = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i;

/**
 * The one SHA-256 fingerprint of a description, at session or media level.
 * @returns 32 bytes. None, several, or one of another hash is refused: which one holds would be the sender's choice.
 * @source RFC 8122 section 5
 */
export function fingerprintOf(sdp: string): Result<Uint8Array, 'bad-fingerprint'> {
  const lines = sdp.split('\n').filter((line) => /^a=fingerprint:/i.test(line));
  if (lines.length !== 1) return reject('bad-fingerprint', `${lines.length} fingerprints`);
  const hex = FINGERPRINT.exec(lines[0]!)?.[1]?.replaceAll(':', '').toLowerCase();
  const fingerprint = hex === undefined ? undefined : fromHex(hex);
  return fingerprint ? accept(fingerprint) : reject('bad-fingerprint', 'not SHA-256');
}

/** SHA-256 of both fingerprints, lower one first: equal at both ends. */
export function bindingOf(ours: Uint8Array, theirs: Uint8Array): Uint8Array {
  return sha256(compareBytes(ours, theirs) < 0 ? concatBytes(ours, theirs) : concatBytes(theirs, ours));
}

/** The part of a connection that says who is at its ends. */
export type Secured = Pick<RTCPeerConnection, 'localDescription' | 'remoteDescription' | 'sctp'>;

/**
 * The binding of a connection whose channel is open. Where the browser shows the certificate it really met (Chromium
 * does), or the description it went by, they must match the description too.
 * @param theirs  fingerprint of the description that the connection was given. Not taken from the connection: a busy page
 *   may hear that the channel is open before it hears that the answer is set, and has no remote description till then
 */
export function channelBindingOf(connection: Secured, theirs: Uint8Array): Result<Uint8Array, 'bad-fingerprint'> {
  const ours = fingerprintOf(connection.localDescription?.sdp ?? '');
  if (!ours.ok) return ours;
  const shown = connection.remoteDescription && fingerprintOf(connection.remoteDescription.sdp);
  if (shown && !(shown.ok && equalBytes(shown.value, theirs))) {
    return reject('bad-fingerprint', 'not the description of the connection');
  }
  const certificate = remoteCertificate(connection);
  if (certificate && !equalBytes(sha256(certificate), theirs)) {
    return reject('bad-fingerprint', 'not the certificate of the connection');
  }
  return accept(bindingOf(ours.value, theirs));
}

function remoteCertificate(connection: Secured): Uint8Array | undefined {
  const transport: Partial<RTCDtlsTransport> | undefined = connection.sctp?.transport;
  const certificate = transport?.getRemoteCertificates?.()[0];
  return certificate && new Uint8Array(certificate);
}
