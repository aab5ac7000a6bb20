/** Parts of the program that are fetched when first needed, and may be out of reach: a server gone too soon. */

export class CodeUnavailable extends Error {
  override readonly name = 'CodeUnavailable';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** What `load`, a dynamic import, brings. Throws CodeUnavailable where it cannot be fetched; a later call tries anew. */
export async function fetchCode<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new CodeUnavailable(cause);
  }
}
