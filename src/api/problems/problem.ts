import { createHash } from 'node:crypto';
import type { NotificationRecord } from '../../call/journal-store.ts';
import type { ProblemMark, ProblemState } from '../../records/problem-repository.ts';

const HOUR_MS = 3_600_000;
/** How many hours the small picture of a problem shows. */
const SHOWN_HOURS = 24;
const MOST_CALLS = 20;

/** All notifications of one kind at one place. */
export interface Problem {
  /** `PR` and 32 hex: the same for the same kind at the same place. */
  readonly sid: string;
  readonly errorCode: number;
  readonly level: NotificationRecord['level'];
  /** Host and path of what was requested, with `*` for identifiers; undefined when nothing was. */
  readonly place: string | undefined;
  /** Of the newest. */
  readonly message: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Of each of the last 24 hours, the oldest first. */
  readonly perHour: readonly number[];
  /** The last calls, the newest first. */
  readonly callSids: readonly string[];
  readonly state: ProblemState;
}

/** The problems in these notifications, the newest first; so is the list. */
export function problemsIn(
  notifications: readonly NotificationRecord[],
  marks: readonly ProblemMark[],
  now: number,
): readonly Problem[] {
  const groups = new Map<string, NotificationRecord[]>();
  for (const notification of notifications) {
    const key = keyOf(notification);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [notification]);
    else group.push(notification);
  }
  const marked = new Map(marks.map((mark) => [mark.key, mark]));
  return [...groups].map(([key, group]) => problemOf(group, marked.get(key), now));
}

function problemOf(
  group: readonly NotificationRecord[],
  mark: ProblemMark | undefined,
  now: number,
): Problem {
  const [newest] = group as [NotificationRecord, ...NotificationRecord[]];
  const lastAt = newest.at;
  return {
    sid: keyOf(newest),
    errorCode: newest.errorCode,
    level: newest.level,
    place: placeOf(newest.requestUrl),
    message: newest.message,
    count: group.length,
    firstAt: group.at(-1)?.at ?? lastAt,
    lastAt,
    perHour: perHour(group, now),
    callSids: [...new Set(group.flatMap(({ callSid }) => callSid ?? []))].slice(0, MOST_CALLS),
    state: mark === undefined || lastAt > mark.upTo ? 'new' : mark.state,
  };
}

function perHour(group: readonly NotificationRecord[], now: number): readonly number[] {
  const counts = Array.from({ length: SHOWN_HOURS }, () => 0);
  for (const { at } of group) {
    const hour = SHOWN_HOURS - 1 - Math.floor(Math.max(0, now - at) / HOUR_MS);
    if (hour >= 0) counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return counts;
}

function keyOf({ errorCode, level, requestUrl }: NotificationRecord): string {
  const text = `${errorCode} ${level} ${placeOf(requestUrl) ?? ''}`;
  return `PR${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** What looks like an identifier differs from call to call. */
function placeOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { host, pathname } = new URL(url);
  const isIdentifier = (part: string) => /^\d+$/.test(part) || (part.length >= 8 && /\d/.test(part));
  return `${host}${pathname
    .split('/')
    .map((part) => (isIdentifier(part) ? '*' : part))
    .join('/')}`;
}
