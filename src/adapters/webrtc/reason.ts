/** Reason codes as they cross a link: short, plain, and safe to show or log whoever wrote them. */

const REASON = /^[a-z0-9-]{1,40}$/;

/** Makes a code of any text of ours, so that a slip in a caller cannot make a frame that the other side refuses. */
export function toReason(text: string): string {
  const reason = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
  return REASON.test(reason) ? reason : 'unspecified';
}

/** Undefined unless the bytes are exactly a reason code. */
export function parseReason(bytes: Uint8Array): string | undefined {
  if (bytes.length > 40) return undefined;
  const text = String.fromCharCode(...bytes);
  return REASON.test(text) ? text : undefined;
}
