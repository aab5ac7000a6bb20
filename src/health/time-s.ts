/** Times inside documents and links: Unix seconds that a FHIR date can name. */

/** The end of year 9999. */
export const TIME_S_MAX = 253_402_300_799;

export function isTimeS(timeS: number): boolean {
  return Number.isInteger(timeS) && timeS >= 0 && timeS <= TIME_S_MAX;
}
