import { causeIn, textIn } from './line-data.ts';
import { type Call, type CallEvent, type CallFamily, isLive } from './resources.ts';
import { sipWords } from './sip-words.ts';
import { durationText, timeOf } from './times.ts';

/** A part of the bar with a leg's states, to scale. */
export interface StatePart {
  readonly state: string;
  readonly ms: number;
}

/** The states that a leg went through, each with how long it lasted; one that still lasts does until `now`. */
export function stateParts(call: Call, events: readonly CallEvent[], now: number): readonly StatePart[] {
  const states = events.filter(({ kind, call_sid: sid }) => kind === 'state' && sid === call.sid);
  const parts: StatePart[] = [];
  for (const [index, { timestamp, data }] of states.entries()) {
    const state = textIn(data, 'status');
    const beganAt = timeOf(timestamp);
    if (state === undefined || textIn(data, 'event') === 'completed' || beganAt === undefined) continue;
    const endedAt = timeOf(states[index + 1]?.timestamp) ?? (isLive(call) ? now : beganAt);
    const ms = Math.max(0, endedAt - beganAt);
    const before = parts.at(-1);
    // A call that waits to be dialled and one that is being dialled are both queued.
    if (before?.state === state) parts[parts.length - 1] = { state, ms: before.ms + ms };
    else parts.push({ state, ms });
  }
  return parts;
}

/** Something worth knowing about a call at a glance. */
export interface Tag {
  readonly text: string;
  readonly tone: 'plain' | 'warn' | 'bad';
}

const MOST_TAGS = 8;
const SLOW_MS = 1000;

/** What stands out in a call: callees who did not answer, who answered in the end, what went wrong. */
export function tagsOf(family: CallFamily): readonly Tag[] {
  return [
    ...calleeTags(family),
    ...documentTags(family.events),
    ...callbackTags(family.events),
    ...noticeTags(family.events),
  ].slice(0, MOST_TAGS);
}

function calleeTags({ calls, events }: CallFamily): readonly Tag[] {
  const dialled = calls.filter(({ direction }) => direction === 'outbound-dial');
  const lost = dialled.filter(({ status }) => ['busy', 'failed', 'no-answer'].includes(status));
  const tags = lost.map((call): Tag => ({ text: `${call.to} ${wordsOf(call, events)}`, tone: 'plain' }));
  const won = dialled.find(({ status }) => status === 'completed' || status === 'in-progress');
  return won === undefined || lost.length === 0
    ? tags
    : [...tags, { text: `fell back to ${won.to}`, tone: 'plain' }];
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  busy: 'was busy',
  failed: 'could not be reached',
  'no-answer': 'did not answer',
  canceled: 'was given up',
};

function wordsOf(call: Call, events: readonly CallEvent[]): string {
  const status = causeOf(call, events)?.sipStatus;
  return `${STATUS_WORDS[call.status] ?? call.status}${status === undefined ? '' : ` (${status})`}`;
}

function causeOf(call: Call, events: readonly CallEvent[]) {
  const end = events.find(
    ({ call_sid: sid, kind, data }) =>
      sid === call.sid && kind === 'state' && textIn(data, 'event') === 'completed',
  );
  return end === undefined ? undefined : causeIn(end.data);
}

function documentTags(events: readonly CallEvent[]): readonly Tag[] {
  const documents = events.filter(({ kind }) => kind === 'document');
  const slowest = Math.max(0, ...documents.map(({ response }) => response?.request_duration ?? 0));
  const failed = documents.filter(
    ({ response }) => typeof response?.error === 'string' || (response?.response_code ?? 0) >= 400,
  );
  return [
    ...(failed.length === 0
      ? []
      : [{ text: `${counted(failed.length, 'document')} failed`, tone: 'bad' as const }]),
    ...(slowest < SLOW_MS
      ? []
      : [{ text: `a document took ${durationText(slowest)}`, tone: 'warn' as const }]),
  ];
}

function callbackTags(events: readonly CallEvent[]): readonly Tag[] {
  const tries = new Map<string, { count: number; state: string }>();
  for (const { kind, data } of events) {
    const sid = kind === 'callback' ? textIn(data, 'sid') : undefined;
    if (sid === undefined) continue;
    tries.set(sid, { count: (tries.get(sid)?.count ?? 0) + 1, state: textIn(data, 'state') ?? '' });
  }
  const all = [...tries.values()];
  const failed = all.filter(({ state }) => state === 'failed').length;
  const pending = all.filter(({ state }) => state === 'pending').length;
  const again = all.filter(({ count, state }) => count > 1 && state === 'delivered');
  return [
    ...(failed === 0 ? [] : [{ text: `${counted(failed, 'callback')} failed`, tone: 'bad' as const }]),
    ...(pending === 0 ? [] : [{ text: `${counted(pending, 'callback')} pending`, tone: 'warn' as const }]),
    ...(again.length === 0
      ? []
      : [
          {
            text: `${counted(again.length, 'callback')} took ${Math.max(...again.map(({ count }) => count))} tries`,
            tone: 'warn' as const,
          },
        ]),
  ];
}

function noticeTags(events: readonly CallEvent[]): readonly Tag[] {
  const notices = events.filter(({ kind }) => kind === 'notice');
  const of = (level: string) => notices.filter(({ data }) => textIn(data, 'level') === level).length;
  const noMedia = events.some(({ kind, data }) => kind === 'state' && causeIn(data)?.noMedia === true);
  return [
    ...(noMedia ? [{ text: 'no RTP came', tone: 'bad' as const }] : []),
    ...(of('error') === 0 ? [] : [{ text: counted(of('error'), 'error'), tone: 'bad' as const }]),
    ...(of('warning') === 0 ? [] : [{ text: counted(of('warning'), 'warning'), tone: 'warn' as const }]),
  ];
}

export function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

const ENDERS: Readonly<Record<string, string>> = {
  caller: 'the caller hung up',
  callee: 'the callee hung up',
  document: 'its document ended it',
  api: 'ended over REST',
  limit: 'a time limit ended it',
  network: 'the connection was lost',
};

/** Who ended a leg and why, in words; undefined while it lasts. */
export function endingWords(call: Call, events: readonly CallEvent[]): string | undefined {
  if (isLive(call)) return undefined;
  const cause = causeOf(call, events);
  const by = typeof call.ended_by === 'string' ? ENDERS[call.ended_by] : undefined;
  const sip =
    cause?.sipStatus === undefined || cause.sipStatus === 200 ? undefined : sipWords(cause.sipStatus);
  // Asterisk's word for every end that is none of a mistake says nothing.
  const why = by !== undefined && cause?.why === 'Normal Clearing' ? undefined : cause?.why;
  const told = [by, why, sip].filter((words) => words !== undefined);
  if (told.length > 0) return [...new Set(told)].join(' · ');
  return call.status === 'canceled' ? 'the caller hung up before the answer' : undefined;
}
