import { textIn } from '../data/line-data.ts';
import { callbackWords, requestWords } from '../data/reply-words.ts';
import type { Call, CallFamily } from '../data/resources.ts';
import { isLive } from '../data/resources.ts';
import type { Tone } from './ladder.ts';
import { placed, type PlacedLine } from './sip-rows.ts';

/** One bar of the waterfall. */
export interface Bar {
  /** The index of its line in the timeline. */
  readonly event: number;
  readonly callSid: string;
  readonly kind: 'state' | 'verb' | 'document' | 'callback';
  readonly label: string;
  readonly beganAt: number;
  readonly endedAt: number;
  readonly tone: Tone;
}

export interface Waterfall {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly bars: readonly Bar[];
}

/** What took how long: the states of each leg, and in each the verbs, document requests and callbacks. */
export function waterfallOf({ calls, events }: CallFamily, now: number): Waterfall {
  const lines = placed(events);
  const lastAt = Math.max(...lines.map(({ at }) => at), 0);
  const endedAt = calls.some(isLive) ? Math.max(now, lastAt) : lastAt;
  const bars = calls
    .flatMap((call) =>
      barsOf(
        call,
        lines.filter(({ line }) => line.call_sid === call.sid),
        endedAt,
      ),
    )
    .toSorted((one, other) => one.beganAt - other.beganAt);
  const beganAt = Math.min(...bars.map((bar) => bar.beganAt), endedAt);
  return { beganAt, endedAt: Math.max(endedAt, beganAt + 1), bars };
}

function barsOf(call: Call, lines: readonly PlacedLine[], untilAt: number): readonly Bar[] {
  let verb: string | undefined;
  return lines.flatMap((one, index): readonly Bar[] => {
    const { line, at } = one;
    const bar = (more: Pick<Bar, 'kind' | 'label'> & Partial<Bar>): Bar => ({
      event: one.index,
      callSid: call.sid,
      beganAt: at,
      endedAt: at,
      tone: 'plain',
      ...more,
    });
    switch (line.kind) {
      case 'state':
        return stateBars(call, lines, index, untilAt).map(bar);
      case 'verb':
        verb = textIn(line.data, 'name');
        return [bar({ kind: 'verb', label: `<${verb ?? '?'}>`, endedAt: nextAt(lines, index, untilAt) })];
      case 'document':
        return [bar({ kind: 'document', label: requestWords(line, verb), ...requestTimes(one) })];
      case 'callback':
        return [bar({ kind: 'callback', label: callbackWords(line), ...attemptTimes(one) })];
      default:
        return [];
    }
  });
}

type PartialBar = Pick<Bar, 'kind' | 'label'> & Partial<Bar>;

function stateBars(
  call: Call,
  lines: readonly PlacedLine[],
  index: number,
  untilAt: number,
): readonly PartialBar[] {
  const line = lines[index]?.line;
  const isEnd = line !== undefined && textIn(line.data, 'event') === 'completed';
  if (line === undefined || isEnd || textIn(line.data, 'status') === undefined) return [];
  const next = lines.slice(index + 1).find((later) => later.line.kind === 'state');
  const label = `${call.to}: ${textIn(line.data, 'status')}`;
  return [{ kind: 'state', label, endedAt: next?.at ?? untilAt }];
}

/** A verb ends where its leg begins something else. */
function nextAt(lines: readonly PlacedLine[], index: number, untilAt: number): number {
  const next = lines.slice(index + 1).find(({ line }) => {
    const isEnd = line.kind === 'state' && textIn(line.data, 'event') === 'completed';
    return isEnd || line.kind === 'verb' || line.kind === 'document';
  });
  if (next === undefined) return untilAt;
  return next.line.kind === 'document' ? requestTimes(next).beganAt : next.at;
}

/** A document's line is written when its reply has come. */
function requestTimes({ line: { response }, at }: PlacedLine): Pick<Bar, 'beganAt' | 'endedAt' | 'tone'> {
  const isBad = typeof response?.error === 'string' || (response?.response_code ?? 0) >= 400;
  return { beganAt: at - (response?.request_duration ?? 0), endedAt: at, tone: isBad ? 'bad' : 'plain' };
}

/** A callback's line has the time at which the attempt began. */
function attemptTimes({ line: { response }, at }: PlacedLine): Pick<Bar, 'beganAt' | 'endedAt' | 'tone'> {
  const isBad = response !== null && !isGood(response.response_code);
  return { beganAt: at, endedAt: at + (response?.request_duration ?? 0), tone: isBad ? 'bad' : 'plain' };
}

function isGood(code: number | null): boolean {
  return code !== null && code >= 200 && code < 300;
}
