/** Dates of FHIR: as precise as they were known, from a year to a millisecond. */

/** @source HL7 FHIR R4 datatypes: the regular expressions of date, dateTime and instant */
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const DATE_TIME =
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/;
const INSTANT =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))$/;
/** Good enough to sort and show: seconds and time zone may be missing. */
const READABLE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

export type DateType = 'date' | 'dateTime' | 'instant';

/** True for a text of the type's format that names a day of the calendar; 31 February is none. */
export function isFhirDate(text: string, type: DateType): boolean {
  if (text.length > 40) return false;
  const pattern = type === 'date' ? DATE : type === 'instant' ? INSTANT : DATE_TIME;
  return pattern.test(text) && timeOf(text) !== undefined;
}

/**
 * Milliseconds since 1970 of the earliest moment a date can mean, for sorting; undefined when it is no date. Without a
 * time zone it counts as UTC, so that every machine sorts alike.
 */
export function timeOf(text: string): number | undefined {
  const parts = text.length > 40 ? null : READABLE.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((index) => Number(parts[index] ?? NaN));
  const date = new Date(0);
  date.setUTCFullYear(year!, (month || 1) - 1, day || 1);
  date.setUTCHours(hour || 0, minute || 0, second || 0);
  const isCalendarDay =
    (parts[2] === undefined || date.getUTCMonth() + 1 === month) && (parts[3] === undefined || month! > 0);
  return isCalendarDay ? date.getTime() - zoneOffsetMs(parts[7]) : undefined;
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
