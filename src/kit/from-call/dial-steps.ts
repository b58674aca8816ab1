import { readPhoneNumber } from '../../call/routing/phone-number.ts';
import { written, type WrittenStep } from '../scenario/write-scenario.ts';
import type { RecordedEvent, RecordedLeg } from './recorded-call.ts';

/** What the phone of a leg did, as a step of a scenario. */
export function dialStep(leg: RecordedLeg, events: readonly RecordedEvent[], rootSid: string): WrittenStep {
  const states = events.filter(({ kind, call_sid: sid }) => kind === 'state' && sid === leg.sid);
  const at = (event: string) => timeOf(states.find(({ data }) => data['event'] === event));
  const rang = at('ringing') ?? at('initiated');
  const answered = at('answered');
  const ended = at('completed');
  const callee = readPhoneNumber(leg.to) === undefined ? { client: leg.to } : { number: leg.to };
  if (answered === undefined) {
    const does = doesOf(leg.status, sipStatusOf(states));
    const after = does === 'no-answer' || does === 'fail' ? {} : timeFrom('after', rang, ended);
    return { dial: { ...callee, does, ...after } };
  }
  const rootEnd = timeOf(
    events.find((event) => event.call_sid === rootSid && event.data['event'] === 'completed'),
  );
  // If the caller hangs up, the call's own end says so.
  const isCallee = leg.sid === rootSid || rootEnd === undefined || (ended !== undefined && ended < rootEnd);
  const talk = isCallee ? { ...timeFrom('talks', answered, ended), 'hangs-up': 'callee' } : {};
  return { dial: { ...callee, does: 'answer', ...timeFrom('after', rang, answered), ...talk } };
}

/** ISO 8601 in milliseconds since the epoch. */
export function msOf(timestamp: string): number {
  // oxlint-disable-next-line no-restricted-globals -- reads a date, does not ask for the time
  return Date.parse(timestamp);
}

function timeOf(event: RecordedEvent | undefined): number | undefined {
  return event === undefined ? undefined : msOf(event.timestamp);
}

function timeFrom(name: string, from: number | undefined, to: number | undefined): Record<string, string> {
  return from === undefined || to === undefined ? {} : { [name]: written(to - from) };
}

function sipStatusOf(states: readonly RecordedEvent[]): unknown {
  const cause = states.findLast(({ data }) => data['event'] === 'completed')?.data['cause'];
  return typeof cause === 'object' && cause !== null && 'sipStatus' in cause ? cause.sipStatus : undefined;
}

const DECLINED = 603;

function doesOf(status: string, sipStatus: unknown): string {
  if (status === 'busy') return sipStatus === DECLINED ? 'decline' : 'busy';
  // Somebody else answered first, or the caller had gone: this phone would have rung on.
  return status === 'failed' ? 'fail' : 'no-answer';
}
