/** Where the fields of a header lie: 112 bytes, big-endian. */
import type { BlockDetail } from '../../../node/api.ts';

type HeaderField = keyof BlockDetail['fields'];

const LAYOUT: readonly { readonly field: HeaderField; readonly length: number }[] = [
  { field: 'version', length: 2 },
  { field: 'extraNonce', length: 2 },
  { field: 'prevHash', length: 32 },
  { field: 'bodyRoot', length: 32 },
  { field: 'stateRoot', length: 32 },
  { field: 'timeS', length: 4 },
  { field: 'bits', length: 4 },
  { field: 'nonce', length: 4 },
];

export interface HeaderPart {
  readonly field: HeaderField;
  /** In bytes, from the header's begin. */
  readonly offset: number;
  readonly length: number;
  readonly hex: string;
}

/** @param headerHex  224 hex digits */
export function splitHeader(headerHex: string): readonly HeaderPart[] {
  let offset = 0;
  return LAYOUT.map(({ field, length }) => {
    const part = { field, offset, length, hex: headerHex.slice(offset * 2, (offset + length) * 2) };
    offset += length;
    return part;
  });
}
