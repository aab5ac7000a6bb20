/** A blob between two tabs, each in a browser of its own, side by side with a bare RTCDataChannel between the same two. */
import { sideBySide, type Figure } from './figures.ts';
import { median } from './median.ts';
import type { Workbench } from './workbench.ts';

const BLOB_BYTES = 20_000_000;
const ROUNDS = 3;

export async function measureBlob(workbench: Workbench): Promise<readonly Figure[]> {
  const tabs = [await workbench.benchTab(), await workbench.benchTab()] as const;
  const [keeper, reader] = await Promise.all(tabs.map((tab) => tab.evaluateHandle(() => new window.bench.BlobTab())));
  const [source, sink] = await Promise.all(tabs.map((tab) => tab.evaluateHandle(() => new window.bench.RawChannel())));
  if (!keeper || !reader || !source || !sink) throw new Error('two tabs were opened');

  await Promise.all([keeper, reader].map((tab) => tab.evaluate((blobTab) => blobTab.meet())));
  const offer = await sink.evaluate((channel) => channel.offer());
  const answer = await source.evaluate((channel, theirs) => channel.answer(theirs), offer);
  await sink.evaluate((channel, theirs) => channel.accept(theirs), answer);

  const exchange = async (bytes: number) => {
    const id = await keeper.evaluate((tab, size) => tab.keep(size), bytes);
    return bytes / (await reader.evaluate((tab, blobId) => tab.fetch(blobId), id));
  };
  const bare = async (bytes: number) => bytes / (await sink.evaluate((channel, size) => channel.pull(size), bytes));

  // One small round of each to warm up: a connection's window starts small.
  await exchange(BLOB_BYTES / 10);
  await bare(BLOB_BYTES / 10);
  const [exchanged, raw]: [number[], number[]] = [[], []];
  // Takes turns, so that a busy moment of the machine meets both.
  for (let round = 0; round < ROUNDS; round++) {
    exchanged.push(await exchange(BLOB_BYTES));
    raw.push(await bare(BLOB_BYTES));
  }
  return [
    sideBySide(
      { what: '20 MB blob fetched, checked, stored', value: median(exchanged) / 1e6, unit: 'MB/s' },
      { what: 'raw RTCDataChannel', value: median(raw) / 1e6 },
    ),
  ];
}
