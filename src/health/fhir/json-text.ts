/** From bytes to JSON values, with the place of the first error when they are none. */
import { accept, reject, type Result } from '../../core/result.ts';

export interface JsonLine {
  /** Counted from 1. */
  readonly line: number;
  /** Undefined when the line is no JSON. */
  readonly value: unknown;
}

export type JsonText =
  | { readonly type: 'json'; readonly value: unknown }
  /** Newline-delimited: one value a line, as bulk exports are. */
  | { readonly type: 'ndjson'; readonly lines: readonly JsonLine[] };

/** A byte-order mark is dropped. */
export function parseJsonText(bytes: Uint8Array): Result<JsonText, 'file-empty' | 'file-not-json'> {
  const text = decode(bytes);
  if (text === undefined) return reject('file-not-json', 'not UTF-8 text');
  if (text.trim() === '') return reject('file-empty');
  const whole = tryParse(text);
  if (whole.ok) return accept({ type: 'json', value: whole.value });
  const lines = parseLines(text);
  if (lines) return accept({ type: 'ndjson', lines });
  return reject('file-not-json', describePlace(text));
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Engines word their errors differently and quote the text, which may be someone's health: only the fact is kept. */
function tryParse(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    // RangeError and InternalError: nested deeper than the engine's stack.
    if (error instanceof Error) return { ok: false };
    throw error;
  }
}

/** Undefined unless every line that holds anything begins an object and one of them at least is whole. */
function parseLines(text: string): readonly JsonLine[] | undefined {
  // A broken file of one line is not parsed twice.
  if (!text.trim().includes('\n')) return undefined;
  const lines: JsonLine[] = [];
  let whole = 0;
  let line = 0;
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(start, end).trim();
    start = end + 1;
    line++;
    if (content === '') continue;
    if (!content.startsWith('{')) return undefined;
    const parsed = tryParse(content);
    if (parsed.ok) whole++;
    lines.push({ line, value: parsed.ok ? parsed.value : undefined });
  }
  return whole > 0 && lines.length > 1 ? lines : undefined;
}

function describePlace(text: string): string {
  const offset = findJsonError(text);
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}

const SPACE = /[ \t\n\r]*/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Offset of the first character that no JSON text could have there; the length when the text ends too early. Of a broken
 * word, number or string it is the start. Iterative, so that neither depth nor length is a danger.
 */
export function findJsonError(text: string): number {
  let offset = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    const length = pattern.exec(text)?.[0].length ?? 0;
    offset += length;
    return length > 0;
  };
  const open: string[] = [];
  let expects: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'comma-or-end' = 'value';
  for (;;) {
    take(SPACE);
    const next = text[offset];
    if (next === undefined) return offset;
    const closer = open.at(-1);
    if (next === closer && expects !== 'value' && expects !== 'key') {
      offset++;
      open.pop();
      expects = 'comma-or-end';
    } else if (expects === 'comma-or-end') {
      if (next !== ',' || closer === undefined) return offset;
      offset++;
      expects = closer === '}' ? 'key' : 'value';
    } else if (expects === 'key' || expects === 'key-or-end') {
      const end = next === '"' ? endOfString(text, offset) : undefined;
      if (end === undefined) return offset;
      offset = end;
      take(SPACE);
      if (text[offset] !== ':') return offset;
      offset++;
      expects = 'value';
    } else if (next === '{' || next === '[') {
      offset++;
      open.push(next === '{' ? '}' : ']');
      expects = next === '{' ? 'key-or-end' : 'value-or-end';
    } else if (next === '"') {
      const end = endOfString(text, offset);
      if (end === undefined) return offset;
      offset = end;
      expects = 'comma-or-end';
    } else {
      if (!take(WORD)) return offset;
      expects = 'comma-or-end';
    }
  }
}

/** Offset after the closing quote; undefined when the string is not closed or holds what it must not. */
function endOfString(text: string, start: number): number | undefined {
  for (let offset = start + 1; offset < text.length;) {
    const unit = text.charCodeAt(offset);
    if (unit === 0x22) return offset + 1;
    if (unit < 0x20) return undefined;
    if (unit === 0x5c) {
      ESCAPE.lastIndex = offset;
      const escape = ESCAPE.exec(text);
      if (!escape) return undefined;
      offset += escape[0].length;
    } else offset++;
  }
  return undefined;
}
