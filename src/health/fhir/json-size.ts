/** How much a JSON text would take from memory, before it is parsed. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const OBJECT = 0x7b;
const LINE_END = 0x0a;

/**
 * Whether a text holds more than `max` lists, objects and members. Each takes tens of bytes once parsed, however short it
 * is written: a file of nothing but `[` takes forty times its length, and one of 64 MiB all the memory a tab has.
 * @param bytes  UTF-8; need not be JSON
 */
export function hasMoreValuesThan(bytes: Uint8Array, max: number): boolean {
  // What is shorter than that cannot.
  if (bytes.length <= max) return false;
  let values = 0;
  let isInString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === LINE_END) {
      // No string goes on after it: one that is not closed must not hide the lines that follow.
      isInString = false;
    } else if (isInString) {
      // Even after a backslash a line ends.
      if (byte === BACKSLASH && bytes[i + 1] !== LINE_END) i++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (byte === LIST || byte === OBJECT || byte === COMMA) {
      if (++values > max) return true;
    }
  }
  return false;
}
