/**
 * What a call takes from memory: the growth of V8's heap and of the buffers outside it, between two readings. Nothing else
 * runs meanwhile. A collection in between hides part of it, and compiling adds to it, so a reading that is too high, or
 * below zero, is taken again.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Whatever a decoder does with its input costs some times its length; hex of a hash about a hundred times. */
const BYTES_PER_UNIT = 160;
/** What a short input may cost: a fourth of the longest message, whatever lengths it announces. */
const BYTES_AT_LEAST = 1024 * 1024;
const READINGS = 4;
/** No collection or compiler makes a reading this many times too high: it is not taken again. */
const BEYOND_DOUBT = 8;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;

/** Bytes that an input of this length may take. */
export function allowedBytes(length: number): number {
  return BYTES_AT_LEAST + BYTES_PER_UNIT * length;
}

/**
 * Runs `job` and judges what it took. It is run again only where the first reading says too much or nothing at all, so
 * that the judge costs microseconds.
 * @returns what the first run gave, and the bytes it took where that is more than `allowed`
 */
export async function withinBytes<T>(
  job: () => T | Promise<T>,
  allowed: number,
): Promise<{ readonly value: T; readonly excess: number | undefined }> {
  const { value, bytes } = await measured(job);
  let reading = bytes;
  const isDoubtful = () => reading < 0 || (reading > allowed && reading < BEYOND_DOUBT * allowed);
  for (let i = 1; i < READINGS && isDoubtful(); i++) {
    // Right after a collection there is seldom another.
    if (i > 1) collectGarbage({ type: 'minor' });
    reading = (await measured(job)).bytes;
  }
  return { value, excess: reading > allowed ? reading : undefined };
}

async function measured<T>(job: () => T | Promise<T>): Promise<{ readonly value: T; readonly bytes: number }> {
  const before = inUse();
  const value = await job();
  return { value, bytes: inUse() - before };
}

function inUse(): number {
  const { used_heap_size, external_memory, malloced_memory } = getHeapStatistics();
  return used_heap_size + external_memory + malloced_memory;
}
