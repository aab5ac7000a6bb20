/** Numbers, amounts, dates and durations in the reader's language, all through Intl. */
const GRAINS_PER_COIN = 100_000_000n;
const COIN_DECIMALS = 8;

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const RATE_PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const DURATION_UNITS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const;

export class Format {
  readonly #locale: string;
  readonly #number: Intl.NumberFormat;
  readonly #coins: Intl.NumberFormat;
  readonly #significant: Intl.NumberFormat;
  readonly #dateTime: Intl.DateTimeFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #list: Intl.ListFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  /** @param locale  BCP 47 tag, such as `en-GB` or `zh-CN` */
  constructor(locale: string) {
    this.#locale = locale;
    this.#number = new Intl.NumberFormat(locale);
    this.#coins = new Intl.NumberFormat(locale, { maximumFractionDigits: COIN_DECIMALS });
    this.#significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
    this.#dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    this.#time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
    this.#day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
    this.#list = new Intl.ListFormat(locale);
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** Three significant digits, for figures that are estimates. */
  rough(value: number): string {
    return this.#significant.format(value);
  }

  percent(share: number): string {
    return new Intl.NumberFormat(this.#locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
  }

  /** Decimal units, as disks and phones count: 3.91 MB. */
  bytes(count: number): string {
    const power = count < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(count) / 3));
    const unit = BYTE_UNITS[power] ?? 'byte';
    if (unit === 'byte') return `${this.number(count)} B`;
    return new Intl.NumberFormat(this.#locale, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumSignificantDigits: 3,
    }).format(count / 1000 ** power);
  }

  /** Hashes per second with an SI prefix: 2.51 MH/s. */
  hashRate(hashesPerSecond: number): string {
    const { value, prefix } = scale(hashesPerSecond);
    return `${this.rough(value)} ${prefix}H/s`;
  }

  /** 12,400,000 as 12.4 M. */
  scaled(count: number): string {
    const { value, prefix } = scale(count);
    return prefix === '' ? this.rough(value) : `${this.rough(value)} ${prefix}`;
  }

  /** @param grains  1 coin = 100,000,000 grains; every grain is shown */
  coins(grains: bigint): string {
    const sign = grains < 0n ? '-' : '';
    const positive = grains < 0n ? -grains : grains;
    const fraction = (positive % GRAINS_PER_COIN).toString().padStart(COIN_DECIMALS, '0');
    return this.#coins.format(`${sign}${positive / GRAINS_PER_COIN}.${fraction}` as Intl.StringNumericLiteral);
  }

  dateTime(ms: number): string {
    return this.#dateTime.format(ms);
  }

  time(ms: number): string {
    return this.#time.format(ms);
  }

  /** `23 Nov` */
  day(ms: number): string {
    return this.#day.format(ms);
  }

  /** `Problems, Results and Visits` */
  list(items: readonly string[]): string {
    return this.#list.format(items);
  }

  /** `3 min ago`, `in 2 days`: the largest unit that fits. */
  relative(ms: number, nowMs: number): string {
    const seconds = Math.round((ms - nowMs) / 1000);
    const fits = DURATION_UNITS.find((unit) => Math.abs(seconds) >= unit.seconds) ?? DURATION_UNITS[3];
    return this.#relative.format(Math.round(seconds / fits.seconds), fits.unit);
  }

  /** `6.2 seconds`, `2 hours`: one unit, rounded. */
  duration(seconds: number): string {
    const fits = DURATION_UNITS.find((unit) => seconds >= unit.seconds) ?? DURATION_UNITS[3];
    const value = seconds / fits.seconds;
    return new Intl.NumberFormat(this.#locale, {
      style: 'unit',
      unit: fits.unit,
      unitDisplay: 'long',
      maximumFractionDigits: fits.unit === 'second' && value < 10 ? 1 : 0,
    }).format(value);
  }

  /** @param text  FHIR date or dateTime, as precise as its source: `2019`, `2019-04`, `2019-04-02T10:00:00Z` */
  fhirDate(text: string): string {
    const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(text);
    if (!parts) return text;
    const [, year = '', month, day] = parts;
    if (month === undefined) return year;
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
    // The day as written: a reading taken on the 2nd must not become the 1st west of Greenwich.
    return new Intl.DateTimeFormat(this.#locale, {
      year: 'numeric',
      month: 'short',
      ...(day === undefined ? {} : { day: 'numeric' }),
      timeZone: 'UTC',
    }).format(date);
  }
}

function scale(value: number): { readonly value: number; readonly prefix: string } {
  const power = value < 1000 ? 0 : Math.min(RATE_PREFIXES.length - 1, Math.floor(Math.log10(value) / 3));
  return { value: value / 1000 ** power, prefix: RATE_PREFIXES[power] ?? '' };
}

/** What a person typed as an amount of coins, in grains; undefined when it is not one. Comma and point both divide. */
export function parseCoins(text: string): bigint | undefined {
  const parts = /^(\d{1,11})(?:[.,](\d{1,8}))?$/.exec(text.trim());
  if (!parts) return undefined;
  const [, whole = '', fraction = ''] = parts;
  return BigInt(whole) * GRAINS_PER_COIN + BigInt(fraction.padEnd(COIN_DECIMALS, '0'));
}

/** `0000ab…91f3`: enough of a hash or an address to tell it from its neighbours. */
export function shorten(text: string, head = 6, tail = 6): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}
