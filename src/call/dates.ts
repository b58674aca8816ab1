/** `Mon, 15 Aug 2005 15:52:01 +0000`: the form of every date in REST and of `Timestamp` in callbacks. */
export function rfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000');
}

/** `2005-08-15T15:52:01.123Z`: the form of `CallTimestamp`. */
export function iso8601(ms: number): string {
  return new Date(ms).toISOString();
}

/** A date as packages take it. */
export function dateAt(ms: number): Date {
  return new Date(ms);
}

/** The time of a date that a certificate or a header writes; NaN when it is none. */
export function timeOf(written: string): number {
  return Date.parse(written);
}
