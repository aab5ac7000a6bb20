import { it } from 'vitest';
import { measureBlobTransfer } from '../bench/blob-transfer.ts';
it('measures', async () => {
  for (let i = 0; i < 2; i++) console.log('FIG ' + JSON.stringify(await measureBlobTransfer(20_000_000, 5)));
}, 120_000);
