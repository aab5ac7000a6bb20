/** simple-peer calls Buffer for one thing: bytes over what a data channel delivered, without a copy. */
export const Buffer = { from: (delivered: ArrayBuffer): Uint8Array => new Uint8Array(delivered) };
