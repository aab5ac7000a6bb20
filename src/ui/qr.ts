/** A QR code as one SVG path: no markup is built from text, and no bitmap scales badly. */

/** Modules of white around the code that scanners need. */
export const QUIET_ZONE = 4;

export interface QrShape {
  /** Modules along one side, without the quiet zone. */
  readonly size: number;
  readonly path: string;
}

/** @returns undefined when the text does not fit the largest code */
export async function drawQr(text: string): Promise<QrShape | undefined> {
  const { encodeQR } = await import('qr');
  let modules: boolean[][];
  try {
    // The encoder draws a border of at least one module: it is cut off again.
    modules = encodeQR(text, 'raw', { ecc: 'medium', border: 1 })
      .slice(1, -1)
      .map((row) => row.slice(1, -1));
  } catch {
    return undefined;
  }
  return { size: modules.length, path: modules.map(rowPath).join('') };
}

/** Dark runs of one row, each a rectangle one module high. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = '';
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const from = x;
    while (row[x + 1]) x++;
    path += `M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`;
  }
  return path;
}
