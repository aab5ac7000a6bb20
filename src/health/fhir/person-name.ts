/** People's names, written the way of their script. */
import { asArray, at, isObject, stringAt } from './json-reader.ts';
import { TITLE_CHARS_MAX } from './limits.ts';
import { joinTexts, plainText } from './plain-text.ts';

/** Lower is better; names of the past only where there is no other. */
const USE_ORDER: ReadonlyMap<string, number> = new Map([
  ['official', 0],
  ['usual', 1],
  ['temp', 3],
  ['nickname', 4],
  ['anonymous', 5],
  ['maiden', 6],
  ['old', 7],
]);
const WITHOUT_USE = 2;
const CJK = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc\u3005・·]+$/u;

/** The name that a list of HumanNames would be called by; undefined when none has any text. */
export function bestNameText(names: unknown): string | undefined {
  let best: { readonly order: number; readonly text: string } | undefined;
  for (const name of asArray(names).slice(0, 50)) {
    const order = USE_ORDER.get(stringAt(name, 'use') ?? '') ?? WITHOUT_USE;
    if (best && best.order <= order) continue;
    const text = nameText(name);
    if (text !== undefined) best = { order, text };
  }
  return best?.text;
}

/** Family name first and no space in Chinese, Japanese and Korean; given names first elsewhere. */
function nameText(name: unknown): string | undefined {
  if (typeof name === 'string') return plainText(name, TITLE_CHARS_MAX);
  if (!isObject(name)) return undefined;
  const family = joinTexts(parts(name, 'family'), ' ', TITLE_CHARS_MAX);
  const given = parts(name, 'given');
  if (family !== undefined && given.length > 0 && [family, ...given].every((part) => CJK.test(part))) {
    return joinParts([family, ...given], '');
  }
  const suffix = parts(name, 'suffix');
  const structured =
    family === undefined && given.length === 0 ? undefined : joinParts([...given, family, ...suffix], ' ');
  return plainText(at(name, 'text'), TITLE_CHARS_MAX) ?? structured;
}

function parts(name: unknown, member: string): readonly string[] {
  return asArray(at(name, member))
    .slice(0, 10)
    .flatMap((part) => plainText(part, TITLE_CHARS_MAX) ?? []);
}

/** Unlike other joined texts, a name may hold the same word twice. */
function joinParts(present: readonly (string | undefined)[], separator: string): string | undefined {
  return plainText(present.filter((part) => part !== undefined).join(separator), TITLE_CHARS_MAX);
}
