/**
 * How the examples of docs/PROTOCOL.md and docs/protocol are written: a field a line, hex first, its name beside it. What is
 * long is wrapped, a byte repeated is written `07 * 1216`, and what another example shows in full is named in angle
 * brackets. An empty line parts a structure from what is derived of it.
 */
import { equalBytes, toHex } from '../../../src/core/bytes.ts';

/** Labels and the text between their fences. */
export type Examples = Readonly<Record<string, string>>;

/** A field by its length, or one that another example shows: its bytes, and what stands for them. */
export type Field = readonly [length: number, name: string] | readonly [bytes: Uint8Array, name: string, shown: string];

export interface Row {
  readonly lines: readonly string[];
  readonly name: string;
}

const BYTES_PER_LINE = 33;
const COLUMNS_MAX = 100;
/** A run of one byte is written short from here on. */
const RUN_BYTES_MIN = 8;

/** The fields of a structure, in order; throws unless they are all of it. */
export function fields(encoded: Uint8Array, ...list: readonly Field[]): Row[] {
  let offset = 0;
  const rows = list.map((field): Row => {
    const [extent, name, shown] = field;
    const length = typeof extent === 'number' ? extent : extent.length;
    const bytes = encoded.slice(offset, (offset += length));
    if (shown === undefined || typeof extent === 'number') return row(bytes, name);
    if (!equalBytes(bytes, extent)) throw new Error(`${name} is not ${shown}`);
    return row(`<${shown}>`, name);
  });
  if (offset !== encoded.length) throw new Error(`${offset} of ${encoded.length} bytes named`);
  return rows;
}

/** One line, or more where it is long: bytes, hex of an id, or any other text. */
export function row(value: Uint8Array | string, name: string): Row {
  if (typeof value === 'string') return { lines: wrap(value, 2 * BYTES_PER_LINE), name };
  const [first] = value;
  if (first !== undefined && value.length >= RUN_BYTES_MIN && value.every((byte) => byte === first)) {
    return { lines: [`${toHex(Uint8Array.of(first))} * ${value.length}`], name };
  }
  return { lines: wrap(toHex(value), 2 * BYTES_PER_LINE), name };
}

/** The text of an example: parts with an empty line between them, names in one column. */
export function example(...parts: readonly (readonly Row[])[]): string {
  const width = Math.max(...parts.flat().flatMap(({ lines }) => lines.map((line) => line.length)));
  const text = parts.map((rows) => rows.map(({ lines, name }) => writeRow(lines, name, width)).join('\n'));
  return checked(text.join('\n\n'));
}

/** Text as it is, such as a table of numbers. */
export function plain(...lines: readonly string[]): string {
  return checked(lines.join('\n'));
}

/** To be joined again without the line ends. */
export function wrapped(text: string): string {
  return plain(...wrap(text, COLUMNS_MAX));
}

function writeRow([first = '', ...rest]: readonly string[], name: string, width: number): string {
  return [name === '' ? first : `${first.padEnd(width)}  ${name}`, ...rest].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines.length > 0 ? lines : ['-'];
}

function checked(text: string): string {
  const bad = text.split('\n').find((line) => line.length > COLUMNS_MAX || line !== line.trimEnd());
  if (bad !== undefined) throw new Error(`more than ${COLUMNS_MAX} columns, or a space at the end: ${bad}`);
  return text;
}
