/** A QR code made of text, for a phone to scan off the screen that runs the server. */
import encodeQR from 'qr';

/**
 * Half blocks, one character a column and two modules a row. Light modules are drawn, dark ones left out.
 * @param isColorTerminal  paints ground and blocks, so that it scans on a light theme too
 */
export function qrText(text: string, isColorTerminal: boolean): string {
  const lines = encodeQR(text, 'ascii', { ecc: 'low', border: 2 }).trimEnd().split('\n');
  return lines.map((line) => (isColorTerminal ? `\x1b[40;97m${line}\x1b[0m` : line)).join('\n');
}
