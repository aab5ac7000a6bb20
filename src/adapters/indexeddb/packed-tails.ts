/**
 * Which height a packed block has, from four bytes of its hash: a hundred thousand blocks in 800 kB, and asking for a hash
 * that nobody knows costs a scan of integers instead of a read from the disk. Last bytes, because first ones are zeros
 * under proof of work; a tail that matches by chance is told apart in the segment's directory.
 */
import { HASH_BYTES } from '../../core/hash.ts';
import type { BlockHash } from '../../core/ids.ts';
import { readUint32, type HeightRange } from './chain-rows.ts';
import type { HeaderRun } from './header-reader.ts';

interface Run {
  readonly tails: Uint32Array;
  readonly heights: Uint32Array;
}

export interface PackedBlock {
  readonly hash: BlockHash;
  readonly height: number;
}

export class PackedTails {
  private readonly runs: Run[] = [];
  /** Heights whose headers could not be read: any block may be there. */
  readonly unknown: HeightRange[] = [];

  /** @param first  height of the run's first record */
  addHeaders(first: number, { records, damaged }: HeaderRun): void {
    const known = records.flatMap((record, index) =>
      record ? [[readUint32(record, HASH_BYTES - 4), first + index]] : [],
    );
    this.runs.push({
      tails: Uint32Array.from(known, ([tail]) => tail!),
      heights: Uint32Array.from(known, ([, height]) => height!),
    });
    this.unknown.push(...damaged);
  }

  addBlocks(blocks: readonly PackedBlock[]): void {
    this.runs.push({
      tails: Uint32Array.from(blocks, ({ hash }) => tailOf(hash)),
      heights: Uint32Array.from(blocks, ({ height }) => height),
    });
  }

  /** Heights at which the block may be. */
  find(hash: BlockHash): readonly number[] {
    const tail = tailOf(hash);
    const heights: number[] = [];
    for (const run of this.runs) {
      for (let at = run.tails.indexOf(tail); at >= 0; at = run.tails.indexOf(tail, at + 1))
        heights.push(run.heights[at]!);
    }
    return heights;
  }
}

const tailOf = (hash: BlockHash) => parseInt(hash.slice(-8), 16);
