import { iso8601, rfc2822 } from '../../src/call/dates.ts';
import type { Call, CallEvent, CallFamily, Callback } from '../../src/console/data/resources.ts';

/** When the calls here begin. */
export const BEGAN = Date.UTC(2026, 10, 30, 10, 42, 7);
const ACCOUNT = `AC${'0'.repeat(32)}`;

export const ALICES = sidOf('CA', 1);
export const BOBS = sidOf('CA', 2);
export const CAROLS = sidOf('CA', 3);

export function sidOf(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(32, '0')}`;
}

/** A leg as REST shows it: alice's call of 1000, which is over, or what `more` makes of it. */
export function shownCall(more: Partial<Call> = {}): Call {
  const date = rfc2822(BEGAN);
  const uri = `/2012-04-24/Accounts/${ACCOUNT}/Calls/${more.sid ?? ALICES}.json`;
  return {
    sid: ALICES,
    date_created: date,
    date_updated: date,
    parent_call_sid: null,
    account_sid: ACCOUNT,
    to: '1000',
    to_formatted: '1000',
    from: 'alice',
    from_formatted: 'alice',
    phone_number_sid: null,
    status: 'completed',
    start_time: date,
    end_time: rfc2822(BEGAN + 3140),
    duration: '3',
    ring_duration: 0,
    price: null,
    price_unit: null,
    direction: 'inbound',
    answered_by: null,
    api_version: '2012-04-24',
    forwarded_from: null,
    caller_name: null,
    group_sid: null,
    queue_time: '0',
    trunk_sid: null,
    ended_by: null,
    end_cause: null,
    problem_count: 0,
    leg_count: 1,
    recording_count: 0,
    note: null,
    uri,
    subresource_uris: { recordings: uri, notifications: uri, events: uri, streams: uri },
    ...more,
  };
}

/** A line of a timeline, so many milliseconds after the beginning. */
export function line(ms: number, more: Partial<CallEvent> & Pick<CallEvent, 'kind'>): CallEvent {
  return {
    n: `${more.call_sid ?? ALICES}.${ms}.${more.kind}`,
    call_sid: ALICES,
    timestamp: iso8601(BEGAN + ms),
    data: {},
    request: null,
    response: null,
    ...more,
  };
}

/** A line that says that a leg is in another state. */
export function stateLine(ms: number, sid: string, data: CallEvent['data']): CallEvent {
  return line(ms, { call_sid: sid, kind: 'state', data });
}

interface Asked {
  readonly sid?: string;
  readonly reason?: string;
  readonly url?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly tookMs?: number;
  readonly code?: number | null;
  readonly error?: string | null;
}

/** A line of a document request, at the time of its reply. */
export function documentLine(ms: number, asked: Asked): CallEvent {
  const { sid = ALICES, reason = 'first', url = 'http://app.example:3000/voice', parameters = {} } = asked;
  const { body = '<Response/>', tookMs = 14, code = 200, error = null } = asked;
  return line(ms, {
    call_sid: sid,
    kind: 'document',
    data: { reason, contentType: 'text/xml', characters: body.length },
    request: { url, method: 'POST', parameters },
    response: { response_code: code, error, request_duration: tookMs, response_body: body },
  });
}

interface Told {
  readonly sid?: string;
  readonly callback: string;
  readonly state?: Callback['state'];
  readonly attempt?: number;
  readonly status: string;
  readonly code?: number | null;
  readonly error?: string | null;
}

/** A line of an attempt to deliver a callback. */
export function callbackLine(ms: number, told: Told): CallEvent {
  const { sid = ALICES, callback, state = 'delivered', attempt = 1, status, code = 200, error = null } = told;
  return line(ms, {
    n: `${callback}.${attempt}`,
    call_sid: sid,
    kind: 'callback',
    data: { sid: callback, state, attempt },
    request: {
      url: 'http://app.example:3000/status',
      method: 'POST',
      parameters: { CallSid: sid, CallStatus: status, From: 'alice', To: '1000' },
    },
    response: attempt === 0 ? null : { response_code: code, error, request_duration: 5, response_body: '' },
  });
}

const DIAL = (name: string) =>
  `<Response>\n  <Dial action="/dial-done">\n    <Client>${name}</Client>\n  </Dial>\n</Response>\n`;

/** The story of the README: bob is busy, so the call falls back to carol; one callback takes two tries. */
export function busyBobThenCarol(): CallFamily {
  const events = [
    stateLine(0, ALICES, { status: 'ringing', event: 'ringing' }),
    callbackLine(28, { callback: sidOf('CB', 1), status: 'ringing' }),
    documentLine(58, { body: DIAL('bob') }),
    stateLine(59, ALICES, { status: 'in-progress', event: 'answered' }),
    line(60, { kind: 'verb', data: { name: 'Dial', line: 2, column: 3 } }),
    stateLine(98, BOBS, { status: 'queued', event: 'initiated' }),
    stateLine(106, BOBS, { status: 'ringing', event: 'ringing' }),
    stateLine(387, BOBS, { status: 'busy', event: 'completed', cause: { sipStatus: 486, q850: 17 } }),
    documentLine(417, {
      reason: 'action',
      url: 'http://app.example:3000/dial-done',
      parameters: { CallSid: ALICES, DialCallStatus: 'busy', DialSipResponseCode: '486' },
      body: DIAL('carol'),
    }),
    line(418, { kind: 'verb', data: { name: 'Dial', line: 2, column: 3 } }),
    stateLine(419, CAROLS, { status: 'queued', event: 'initiated' }),
    stateLine(430, CAROLS, { status: 'ringing', event: 'ringing' }),
    callbackLine(433, { sid: CAROLS, callback: sidOf('CB', 2), status: 'ringing', code: 500 }),
    stateLine(1120, CAROLS, { status: 'in-progress', event: 'answered' }),
    callbackLine(1433, { sid: CAROLS, callback: sidOf('CB', 2), attempt: 2, status: 'ringing' }),
    stateLine(9127, ALICES, { status: 'completed', event: 'completed', cause: { q850: 16 } }),
    stateLine(9129, CAROLS, { status: 'completed', event: 'completed', cause: { q850: 16 } }),
    documentLine(9163, {
      reason: 'action',
      url: 'http://app.example:3000/dial-done',
      parameters: { CallSid: ALICES, DialCallStatus: 'completed' },
    }),
  ];
  return {
    calls: [
      shownCall({ leg_count: 3 }),
      shownCall({
        sid: BOBS,
        parent_call_sid: ALICES,
        direction: 'outbound-dial',
        to: 'bob',
        status: 'busy',
      }),
      shownCall({ sid: CAROLS, parent_call_sid: ALICES, direction: 'outbound-dial', to: 'carol' }),
    ],
    events,
    callbacks: [],
    notifications: [],
  };
}

/** A call of one leg with these lines. */
export function familyOf(events: readonly CallEvent[], call: Partial<Call> = {}): CallFamily {
  return { calls: [shownCall(call)], events, callbacks: [], notifications: [] };
}
