/** How blocks spread, as a picture: the share of nodes that have a block, by the time since its first commit. */

const WIDTH = 640;
const HEIGHT = 360;
const MARGIN = { left: 56, right: 20, top: 40, bottom: 48 } as const;
const STEPS = 200;
const TICKS = 5;

/** @param delaysMs  ascending, one for each block and node */
export function propagationPlot(delaysMs: readonly number[], title: string): string {
  const longestMs = niceAbove(delaysMs[Math.ceil(0.999 * delaysMs.length) - 1] ?? 1);
  const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (ms: number) => MARGIN.left + (ms / longestMs) * plotWidth;
  const y = (share: number) => MARGIN.top + (1 - share) * plotHeight;
  const points: string[] = [];
  for (let step = 0, reached = 0; step <= STEPS; step++) {
    const ms = (step / STEPS) * longestMs;
    while (reached < delaysMs.length && delaysMs[reached]! <= ms) reached++;
    points.push(`${x(ms).toFixed(1)},${y(reached / Math.max(1, delaysMs.length)).toFixed(1)}`);
  }
  const ticks = Array.from({ length: TICKS + 1 }, (_, i) => i / TICKS);
  const grid = ticks.flatMap((share) => [
    `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(share)}" y2="${y(share)}" stroke="#d5dce3"/>`,
    `<text x="${MARGIN.left - 8}" y="${y(share) + 4}" text-anchor="end">${Math.round(100 * share)} %</text>`,
    `<text x="${x(share * longestMs)}" y="${HEIGHT - MARGIN.bottom + 20}" text-anchor="middle">${Math.round(share * longestMs)}</text>`,
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#12263a">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="14" font-weight="bold">${escape(title)}</text>`,
    ...grid,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">ms since the block's first commit</text>`,
    `<polyline points="${points.join(' ')}" fill="none" stroke="#0b6b74" stroke-width="2"/>`,
    '</svg>',
    '',
  ].join('\n');
}

/** 1, 2 or 5 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((nice) => nice >= value) ?? 10 * power;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
