import decodeQR from 'qr/decode.js';
import { expect, it } from 'vitest';
import { QUIET_ZONE, drawQr, type QrShape } from '../../../src/ui/qr.ts';

/** Fills the path's rectangles into a bitmap, as a browser would. */
function paint(shape: QrShape, scale: number) {
  const side = (shape.size + 2 * QUIET_ZONE) * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x = '', y = '', width = ''] of shape.path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = 0; row < scale; row++) {
      const from = ((Number(y) + QUIET_ZONE) * scale + row) * side + (Number(x) + QUIET_ZONE) * scale;
      data.fill(0, from * 4, (from + Number(width) * scale) * 4);
    }
  }
  return { width: side, height: side, data };
}

it('draws codes that scanners read, up to the longest links', async () => {
  for (const text of ['https://mesh.example.org/#/j/s/abc', `https://mesh.example.org/#/j/s/${'Ab0-_'.repeat(120)}`]) {
    const shape = await drawQr(text);
    if (!shape) throw new Error('not drawn');
    expect(decodeQR(paint(shape, 4))).toBe(text);
  }
});

it('says so when a text does not fit', async () => {
  expect(await drawQr('x'.repeat(5000))).toBeUndefined();
});
