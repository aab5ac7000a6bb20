/** simple-peer names each Peer in its debug log by a few random bytes, written as hex. */
function randomBytes(length: number): { toString(encoding: 'hex'): string } {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return { toString: () => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}

// What `require` of this module is in CommonJS: the function itself.
export { randomBytes as 'module.exports' };
