/** Milliseconds since the epoch of a date of REST (RFC 2822 or ISO 8601); undefined when there is none. */
export function timeOf(date: string | null | undefined): number | undefined {
  if (date === null || date === undefined) return undefined;
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : at;
}

/** `+1.234`: seconds since the call began. */
export function offsetText(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)}`;
}

/** `14 ms`, `3.1 s`, `2 min 05 s`, `1 h 02 min`: as exact as people need it. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${padded(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`;
}

/** `10:42:07` today, `28 Nov 10:42:07` before, in the reader's own time zone. */
export function clockText(at: number, now: number): string {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(padded).join(':');
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${date.getDate()} ${MONTHS[date.getMonth()]} ${time}`;
}

/** `10:42:07.403`, in the reader's own time zone. */
export function exactClockText(at: number): string {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(padded).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `2026-11-30T10:42:07.403Z`. */
export function isoText(at: number): string {
  return new Date(at).toISOString();
}

/** The same in UTC, for the pointer that rests on a time. */
export function utcText(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

/** `12 s ago`, `3 min ago`. */
export function agoText(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** `in 12 s`; `now` when it is due. */
export function inText(at: number, now: number): string {
  const seconds = Math.ceil((at - now) / 1000);
  if (seconds <= 0) return 'now';
  if (seconds < 60) return `in ${seconds} s`;
  return seconds < 3600 ? `in ${Math.ceil(seconds / 60)} min` : `in ${Math.ceil(seconds / 3600)} h`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function padded(number: number): string {
  return String(number).padStart(2, '0');
}
