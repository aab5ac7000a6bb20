/** Findings as a table for people. */
import type { Figure, Finding } from './figures.ts';

const HEADINGS = ['bench', 'what', 'measured', 'beside it', 'ratio', 'target'];

export function tableOf(findings: readonly Finding[]): string {
  const rows = findings.flatMap((finding) => {
    if (finding.outcome !== 'measured') return [[finding.bench, `${finding.outcome}: ${finding.reason}`]];
    return finding.figures.flatMap((figure) => [
      [finding.bench, ...cellsOf(figure)],
      ...Object.entries(figure.details ?? {}).map(([name, value]) => ['', `  ${name}`, String(value)]),
    ]);
  });
  const widths = HEADINGS.map((_, column) => widthOf(column, [HEADINGS, ...rows]));
  const rule = widths.map((width) => '-'.repeat(width));
  return [HEADINGS, rule, ...rows].map((row) => lineOf(row, widths)).join('\n');
}

/** A sentence in place of figures runs on over the columns after it. */
function widthOf(column: number, rows: readonly (readonly string[])[]): number {
  const cells = rows.filter((row) => row.length > 2).map((row) => row[column] ?? '');
  return Math.max(...cells.map((cell) => cell.length));
}

function cellsOf({ what, value, unit, beside, ratio, target }: Figure): string[] {
  return [
    what,
    `${numeral(value)} ${unit}`,
    beside ? `${beside.what} ${numeral(beside.value)}` : '',
    ratio === undefined ? '' : `${numeral(ratio)}x`,
    target ? `${target.text}: ${target.met ? 'met' : 'missed'}` : '',
  ];
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();
}

/** Three digits that matter. */
function numeral(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString('en', { maximumFractionDigits: decimals });
}
