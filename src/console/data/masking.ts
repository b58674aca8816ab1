import { maskSip, SIP } from './sip-lines.ts';
import type { Call, CallEvent, CallFamily } from './resources.ts';

// A picture of a call that is shown to strangers must not tell who called whom.

/** Parameters and members whose values say nothing about people, and which the picture is made of. */
const STRUCTURAL =
  /(Status|Event|Sid|Source|Duration|Code|Bridged|Channels|Direction|ApiVersion|SequenceNumber|Timestamp|Time|Muted|Hold|Token|OnEnter|OnExit)$/;
/** A number of a telephone in the middle of a text, but no part of an identifier, an address or a time. */
const NUMBER = /(?<![\w.:/+-])\+?\d{6,15}(?![\w.:-])/g;
const SIP_HEADER = /^SipHeader_/;
const MASKED_NUMBER = '######';

/** The call without numbers and names: each party has another name, the same one everywhere. */
export function maskFamily(family: CallFamily): CallFamily {
  const text = masker(namesIn(family));
  return {
    calls: family.calls.map((call) => maskCall(call, text)),
    events: family.events.map((event, index) => maskEvent(event, text, index)),
    callbacks: family.callbacks.map((callback) => ({
      ...callback,
      url: text(callback.url),
      parameters: maskValues(callback.parameters, text) as typeof callback.parameters,
      attempts: callback.attempts.map((attempt) => ({
        ...attempt,
        response_body: masked(attempt.response_body, text),
      })),
    })),
    notifications: family.notifications.map((notification) => ({
      ...notification,
      message_text: text(notification.message_text),
      request_url: masked(notification.request_url, text),
      response_body: masked(notification.response_body, text),
    })),
  };
}

type Mask = (text: string) => string;

/** Every name and number of a party, with what it is replaced by. */
function namesIn({ calls }: CallFamily): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { from, to, caller_name: name, forwarded_from: forwarded } of calls) {
    for (const party of [from, to, name, forwarded]) {
      if (party === null || party === '' || names.has(party)) continue;
      const kind = /^[+\d*#]+$/.test(party) ? 'number' : 'name';
      names.set(party, `${kind}-${names.size + 1}`);
    }
  }
  return names;
}

function masker(names: ReadonlyMap<string, string>): Mask {
  const longestFirst = [...names.keys()].toSorted((one, other) => other.length - one.length);
  const anyName = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|');
  const known = anyName === '' ? undefined : new RegExp(`(?<![\\w+])(?:${anyName})(?!\\w)`, 'gi');
  const lower = new Map([...names].map(([name, by]) => [name.toLowerCase(), by]));
  return (text) => {
    const named =
      known === undefined ? text : text.replace(known, (name) => lower.get(name.toLowerCase()) ?? name);
    return named.replace(NUMBER, MASKED_NUMBER);
  };
}

function maskCall(call: Call, text: Mask): Call {
  return {
    ...call,
    from: text(call.from),
    to: text(call.to),
    from_formatted: text(call.from_formatted),
    to_formatted: text(call.to_formatted),
    caller_name: masked(call.caller_name, text),
    forwarded_from: masked(call.forwarded_from, text),
    note: masked(call.note, text),
  };
}

function maskEvent(event: CallEvent, text: Mask, index: number): CallEvent {
  const { request, response, data } = event;
  return {
    ...event,
    // Its own has the Call-ID in it.
    n: event.kind === SIP ? `${SIP}/${index}` : event.n,
    data: event.kind === SIP ? maskSipData(data, text) : maskValues(data, text),
    request:
      request === null
        ? null
        : {
            ...request,
            url: masked(request.url, text),
            parameters: request.parameters === null ? null : maskValues(request.parameters, text),
          },
    response: response === null ? null : { ...response, response_body: masked(response.response_body, text) },
  };
}

function maskSipData(data: CallEvent['data'], text: Mask): CallEvent['data'] {
  const content = typeof data['content'] === 'string' ? maskSip(data['content'], text) : '';
  // A Call-ID may have a host's name or a login in it.
  return { ...data, content, start_line: content.split('\r\n', 1)[0] ?? '', sip_call_id: '••••' };
}

function maskValues(values: Readonly<Record<string, unknown>>, text: Mask): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, maskValue(name, value, text)]),
  );
}

/** The members that lines of the timeline have, in their own spelling. */
const STRUCTURAL_DATA: readonly string[] = [
  'status',
  'event',
  'sid',
  'state',
  'reason',
  'name',
  'level',
  'q850',
];

function maskValue(name: string, value: unknown, text: Mask): unknown {
  if (SIP_HEADER.test(name)) return '••••';
  if (STRUCTURAL.test(name) || STRUCTURAL_DATA.includes(name)) return value;
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((one) => maskValue(name, one, text));
  return typeof value === 'object' && value !== null ? maskValues({ ...value }, text) : value;
}

function masked(value: string | null, text: Mask): string | null {
  return value === null ? null : text(value);
}
