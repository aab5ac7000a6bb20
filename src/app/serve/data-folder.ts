/** The few files a server keeps from one start to the next. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ServeFault } from './serve-fault.ts';

/** @throws ServeFault `data-folder` when there is a file that cannot be read */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ServeFault('data-folder', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Beside it first, then in its place: a crash leaves the whole file or none. Readable by the owner only.
 * @throws ServeFault `data-folder`
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (error) {
    throw new ServeFault('data-folder', `${path} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
