/**
 * Makes a target of a decoder. Whatever it is given, a decoder must answer with its result type, leave the input as it
 * was, and take no more memory than the input's length explains; what it accepts must mean one thing.
 */
import fc from 'fast-check';
import type { Result } from '../../../src/core/result.ts';
import { allowedBytes, withinBytes } from './allocation.ts';
import type { Medium } from './medium.ts';
import { mutations, type Mutation } from './mutation.ts';
import { isSameValue } from './same-value.ts';
import { Finding, type AnyFunction, type Target } from './target.ts';

type Awaitable<T> = T | Promise<T>;

interface Common<Encoded, Decoded> {
  readonly name: string;
  readonly covers: readonly AnyFunction[];
  readonly medium: Medium<Encoded>;
  /** Errors by which it is documented to refuse are turned into results here. */
  decode(encoded: Encoded): Awaitable<Result<Decoded>>;
  /** Length of the longest encoding there is: anything longer is refused before it is read. None: `Infinity`. */
  readonly max: number;
  /** More ways to be hostile than mutation.ts knows. */
  readonly hostile?: fc.Arbitrary<Encoded>;
  readonly weight?: number;
  /** What it takes from memory whatever the input: numbers of curves and lattices, mostly. */
  readonly ownBytes?: number;
}

/** A decoder with an encoder. */
export interface Codec<Encoded, Value> extends Common<Encoded, Value> {
  readonly valid: fc.Arbitrary<Value>;
  encode(value: Value): Awaitable<Encoded>;
  /** `canonical`: one value has one encoding, by contract. `lenient`: several may mean the same. */
  readonly form: 'canonical' | 'lenient';
}

/** A decoder for which src has no encoder, or whose answer is not what was encoded. */
export interface Parser<Encoded, Decoded, Source> extends Common<Encoded, Decoded> {
  readonly valid: fc.Arbitrary<Source>;
  encode(source: Source): Awaitable<Encoded>;
}

/** For a parser whose valid inputs are drawn as they are. */
export const asDrawn = <T>(encoded: T): T => encoded;

export type DecoderCase<Source, Encoded> =
  | { readonly how: 'valid'; readonly source: Source }
  | { readonly how: 'random'; readonly encoded: Encoded }
  | {
      readonly how: 'mutated';
      readonly source: Source;
      readonly other: Source;
      readonly recipe: readonly Mutation[];
    }
  | { readonly how: 'too-long'; readonly source: Source; readonly by: number };

/** Big integers of one multiplication on a curve, or of one lattice operation: measured at 1 to 3 MB, none of it kept. */
export const ARITHMETIC_BYTES = 8 * 1024 * 1024;

/** Inputs above larger caps would be most of the time. */
const TOO_LONG_MAX = 100_000;

export function codecTarget<Encoded, Value>(codec: Codec<Encoded, Value>): Target<DecoderCase<Value, Encoded>> {
  return target(codec, codec.valid, (value) => codec.encode(value), {
    async valid(value, encoded, decoded) {
      if (!decoded.ok) throw new Finding(`a valid value is refused: ${decoded.code} ${decoded.detail ?? ''}`);
      if (!isSameValue(decoded.value, value)) throw new Finding('a value comes out other than it went in');
      if (!isSameValue(await codec.encode(decoded.value), encoded)) {
        if (codec.form === 'canonical') throw new Finding('encoding twice gives two byte strings');
      }
    },
    async accepted(value, encoded) {
      const again = await codec.encode(value);
      if (isSameValue(again, encoded)) return;
      if (codec.form === 'canonical') {
        throw new Finding(`accepted, though its one form is ${codec.medium.show(again)}`);
      }
      const decoded = await codec.decode(again);
      if (!decoded.ok) throw new Finding(`accepted, but refused once encoded anew: ${decoded.code}`);
      if (!isSameValue(decoded.value, value)) throw new Finding('accepted, but means another once encoded anew');
    },
  });
}

export function parserTarget<Encoded, Decoded, Source>(
  parser: Parser<Encoded, Decoded, Source>,
): Target<DecoderCase<Source, Encoded>> {
  return target(parser, parser.valid, (source) => parser.encode(source), {
    async valid(_source, _encoded, decoded) {
      if (!decoded.ok) throw new Finding(`a valid one is refused: ${decoded.code} ${decoded.detail ?? ''}`);
    },
    async accepted() {},
  });
}

interface Judge<Source, Encoded, Decoded> {
  valid(source: Source, encoded: Encoded, decoded: Result<Decoded>): Promise<void>;
  accepted(value: Decoded, encoded: Encoded): Promise<void>;
}

function target<Source, Encoded, Decoded>(
  decoder: Common<Encoded, Decoded>,
  valid: fc.Arbitrary<Source>,
  encode: (source: Source) => Awaitable<Encoded>,
  judge: Judge<Source, Encoded, Decoded>,
): Target<DecoderCase<Source, Encoded>> {
  type Case = DecoderCase<Source, Encoded>;
  const { medium, max } = decoder;

  async function encodedOf(one: Case): Promise<Encoded> {
    switch (one.how) {
      case 'valid':
        return encode(one.source);
      case 'random':
        return one.encoded;
      case 'mutated':
        return medium.mutate(await encode(one.source), await encode(one.other), one.recipe);
      case 'too-long':
        return medium.resized(await encode(one.source), max + one.by);
    }
  }

  const random = medium.random(max);
  const cases = fc.oneof(
    { weight: 10, arbitrary: valid.map((source): Case => ({ how: 'valid', source })) },
    {
      weight: 10,
      arbitrary: (decoder.hostile ? fc.oneof(random, decoder.hostile) : random).map((encoded): Case => ({
        how: 'random',
        encoded,
      })),
    },
    {
      weight: 30,
      arbitrary: fc
        .tuple(valid, valid, mutations)
        .map(([source, other, recipe]): Case => ({ how: 'mutated', source, other, recipe })),
    },
    ...(max <= TOO_LONG_MAX
      ? [
          {
            weight: 1,
            arbitrary: fc
              .tuple(valid, fc.integer({ min: 1, max: 1000 }))
              .map(([source, by]): Case => ({ how: 'too-long', source, by })),
          },
        ]
      : []),
  );

  return {
    name: decoder.name,
    weight: decoder.weight ?? 1,
    covers: decoder.covers,
    cases,
    show: async (one) => medium.show(await encodedOf(one)),
    async check(one) {
      const encoded = await encodedOf(one);
      const untouched = medium.copy(encoded);
      const { length } = encoded as { readonly length: number };
      const allowed = allowedBytes(length) + (decoder.ownBytes ?? 0);
      const { value: decoded, excess } = await withinBytes(() => decoder.decode(encoded), allowed);
      if (excess !== undefined) throw new Finding(`takes ${excess} bytes of memory, at most ${allowed}`);
      if (!isSameValue(encoded, untouched)) throw new Finding('the decoder changes its input');
      checkShape(decoded);
      if (decoded.ok && length > max) throw new Finding(`accepted, with ${length} of at most ${max}`);
      if (one.how === 'valid') await judge.valid(one.source, encoded, decoded);
      else if (decoded.ok) await judge.accepted(decoded.value, encoded);
      return decoded.ok;
    },
  };
}

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function checkShape(result: Result<unknown>): void {
  const isResult = result.ok === true ? 'value' in result : result.ok === false && CODE.test(result.code);
  if (!isResult) throw new Finding(`not a result: ${String(result)}`);
}
