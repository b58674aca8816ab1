import { readPhoneNumber } from '../../call/routing/phone-number.ts';
import { written, yamlOf, type WrittenScenario, type WrittenStep } from '../scenario/write-scenario.ts';
import { dialStep, msOf } from './dial-steps.ts';
import type { RecordedCall, RecordedEvent } from './recorded-call.ts';
import { SpokenTexts } from './spoken-texts.ts';

/** What a scenario says in place of what a timeline never keeps. */
const UNKNOWN_KEYS = '1';
const UNKNOWN_WORDS = 'something';
/** Nobody writes a wait that is shorter than this. */
const SHORTEST_WAIT_MS = 500;

/** A real call as a scenario: what can be told from its timeline, with a comment about what cannot. */
export function draftScenario(call: RecordedCall): string {
  const steps = stepsOf(call);
  const hidden = steps.some((step) => typeof step === 'object' && ('press' in step || 'speech' in step));
  const comment = [
    `The call ${call.leg.sid}. legwork test --update writes its transcript.`,
    ...(hidden
      ? [
          `What callers press and say is never kept: put it in place of "${UNKNOWN_KEYS}" and "${UNKNOWN_WORDS}".`,
        ]
      : []),
  ].join('\n');
  return yamlOf(scenarioOf(call, steps), comment);
}

function scenarioOf(call: RecordedCall, steps: readonly WrittenStep[]): WrittenScenario {
  const { leg, events } = call;
  const own = events.filter(({ call_sid: sid }) => sid === leg.sid);
  const first = own.find(({ kind }) => kind === 'document');
  const url = pathOf(first?.request?.url ?? '/voice');
  const callback = own.find(({ kind, request }) => kind === 'callback' && isNumberStatus(request))?.request
    ?.url;
  const name = `${leg.from} to ${leg.to}`;
  const headers = headersOf(first);
  const begins =
    leg.direction === 'inbound'
      ? { call: { from: leg.from, to: leg.to, ...(headers === undefined ? {} : { headers }) } }
      : { api: { To: readPhoneNumber(leg.to) === undefined ? `client:${leg.to}` : leg.to, From: leg.from } };
  const status = callback === undefined || callback === null ? {} : { 'status-callback': pathOf(callback) };
  const expect = { status: leg.status, requests: `${leg.sid}.requests` };
  return { name, url, ...(leg.direction === 'inbound' ? status : {}), ...begins, steps, expect };
}

/** The status callback of a number, and not that of a Dial's noun. */
function isNumberStatus(request: RecordedEvent['request']): boolean {
  const parameters = request?.parameters ?? {};
  return parameters['CallbackSource'] !== undefined && parameters['CallEvent'] === undefined;
}

function headersOf(first: RecordedEvent | undefined): Record<string, string> | undefined {
  const headers = Object.entries(first?.request?.parameters ?? {}).flatMap(([name, value]) => {
    const [, header] = /^SipHeader_(X-.+)$/i.exec(name) ?? [];
    return header === undefined ? [] : [[header, String(value)] as const];
  });
  return headers.length === 0 ? undefined : Object.fromEntries(headers);
}

function stepsOf(call: RecordedCall): readonly WrittenStep[] {
  const { leg, events } = call;
  const texts = new SpokenTexts();
  const steps: WrittenStep[] = leg.direction === 'inbound' ? [] : [dialStep(leg, events, leg.sid)];
  let lastAt = msOf(events[0]?.timestamp ?? '');
  let verb = '';
  for (const event of events) {
    const found =
      dialled(event, call) ??
      (event.call_sid === leg.sid ? ownSteps(event, verb, lastAt, { call, texts }) : []);
    if (found.length > 0) lastAt = msOf(event.timestamp);
    steps.push(...found);
    if (event.call_sid === leg.sid && event.kind === 'verb') verb = String(event.data['name']);
  }
  return steps;
}

/** What a phone did that is rung now. */
function dialled(event: RecordedEvent, { leg, children, events }: RecordedCall): WrittenStep[] | undefined {
  const child = children.find(({ sid }) => sid === event.call_sid);
  return child !== undefined && isBegin(event) ? [dialStep(child, events, leg.sid)] : undefined;
}

/** What is heard, or done by the caller, at an event of the first leg. */
function ownSteps(
  event: RecordedEvent,
  verb: string,
  lastAt: number,
  { call, texts }: { readonly call: RecordedCall; readonly texts: SpokenTexts },
): readonly WrittenStep[] {
  if (event.kind === 'verb') {
    const said = texts.saidBy(event);
    return said === undefined ? [] : [{ expect: { say: said } }];
  }
  if (event.kind === 'document') {
    texts.take(event);
    return doneBefore(event, verb);
  }
  if (!isEnd(event) || !callerHungUp(verb, event, call.events)) return [];
  const waitedMs = msOf(event.timestamp) - lastAt;
  return waitedMs < SHORTEST_WAIT_MS ? ['hangup'] : [{ wait: written(waitedMs) }, 'hangup'];
}

function isBegin({ kind, data }: RecordedEvent): boolean {
  return kind === 'state' && data['event'] === 'initiated';
}

function isEnd({ kind, data }: RecordedEvent): boolean {
  return kind === 'state' && data['event'] === 'completed';
}

/** What the caller did before an action was requested. */
function doneBefore({ data, request }: RecordedEvent, verb: string): readonly WrittenStep[] {
  if (data['reason'] !== 'action') return [];
  const parameters = request?.parameters ?? {};
  if (parameters['SpeechResult'] !== undefined) return [{ speech: UNKNOWN_WORDS }];
  if (verb === 'Gather' && parameters['Digits'] !== undefined) return [{ press: UNKNOWN_KEYS }];
  // Of a recording that the caller ended by hanging up, the end of the leg says so.
  if (verb !== 'Record' || parameters['CallStatus'] !== 'in-progress') return [];
  return [{ speech: UNKNOWN_WORDS }];
}

/** While these run, a call does not end by itself. */
const WAITING_VERBS = ['Gather', 'Record', 'Dial'];

/** Whether the caller ended the call: while a verb ran that waits for somebody, and before any leg that it had dialled. */
function callerHungUp(verb: string, end: RecordedEvent, events: readonly RecordedEvent[]): boolean {
  if (!WAITING_VERBS.includes(verb)) return false;
  const dialled = new Set(
    events.filter(({ call_sid: sid }) => sid !== end.call_sid).map(({ call_sid: sid }) => sid),
  );
  if (verb !== 'Dial' || dialled.size === 0) return true;
  const endsLater = ({ call_sid: sid, timestamp }: RecordedEvent) =>
    dialled.has(sid) && msOf(timestamp) >= msOf(end.timestamp);
  return events.filter(isEnd).some(endsLater);
}

/** A URL without its server, so that the scenario runs against any. */
function pathOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
