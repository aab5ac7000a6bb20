/** Other ways than Result by which decoders of src refuse, turned into results. */
import { accept, reject, type Result } from '../../../src/core/result.ts';

/** Of a decoder that answers undefined. */
export function fromOptional<T>(value: T | undefined): Result<T> {
  return value === undefined ? reject('refused') : accept(value);
}

/** Of a decoder that is documented to throw one class of errors. Any other error passes through. */
export function fromThrown<T>(documented: new (...args: never[]) => Error, decode: () => T): Result<T> {
  try {
    return accept(decode());
  } catch (fault) {
    if (fault instanceof documented) return reject('refused', fault.message);
    throw fault;
  }
}
