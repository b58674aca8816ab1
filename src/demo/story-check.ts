import {
  type LegLetter,
  legOf,
  type RequestKind,
  type StoryNames,
  type StoryRequest,
} from './story-request.ts';

/** The parameters of a request that are compared. */
type Values = Readonly<Record<string, string>>;

/** Requests that come in this order; nothing is promised about the order across lanes. */
interface Lane {
  readonly leg: LegLetter;
  readonly kinds: readonly RequestKind[];
  readonly expected: readonly (readonly [kind: RequestKind, values: Values])[];
}

/** Documents come in order per leg, callbacks in order per leg and URL (docs/reliability.md). */
const LANES: readonly Lane[] = [
  {
    leg: 'A',
    kinds: ['document', 'dial action'],
    expected: [
      ['document', { CallStatus: 'ringing' }],
      ['dial action', { CallStatus: 'in-progress', DialCallStatus: 'busy', DialBridged: 'false' }],
      ['dial action', { CallStatus: 'completed', DialCallStatus: 'completed', DialBridged: 'true' }],
    ],
  },
  {
    leg: 'A',
    kinds: ['number status'],
    expected: [
      ['number status', { CallStatus: 'ringing', SequenceNumber: '0' }],
      ['number status', { CallStatus: 'in-progress', SequenceNumber: '1' }],
      ['number status', { CallStatus: 'completed', SequenceNumber: '2' }],
    ],
  },
  {
    leg: 'B',
    kinds: ['leg status'],
    expected: [
      ['leg status', { CallEvent: 'initiated', CallStatus: 'initiated', SequenceNumber: '0' }],
      ['leg status', { CallEvent: 'ringing', CallStatus: 'ringing', SequenceNumber: '1' }],
      ['leg status', { CallEvent: 'completed', CallStatus: 'busy', SequenceNumber: '3' }],
    ],
  },
  {
    leg: 'C',
    kinds: ['leg status'],
    expected: [
      ['leg status', { CallEvent: 'initiated', CallStatus: 'initiated', SequenceNumber: '0' }],
      ['leg status', { CallEvent: 'ringing', CallStatus: 'ringing', SequenceNumber: '1' }],
      ['leg status', { CallEvent: 'answered', CallStatus: 'in-progress', SequenceNumber: '2' }],
      ['leg status', { CallEvent: 'completed', CallStatus: 'completed', SequenceNumber: '3' }],
    ],
  },
];

/** How many requests the story has when it goes as told. */
export const STORY_LENGTH = LANES.reduce((sum, { expected }) => sum + expected.length, 0);

/** What is wrong with the requests so far, one sentence each. */
export interface StoryCheck {
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
}

/** Compares the requests that came with those of the story. */
export function checkStory(requests: readonly StoryRequest[], names: StoryNames): StoryCheck {
  const missing: string[] = [];
  const unexpected = new Set(requests);
  for (const lane of LANES) {
    const came = requests.filter(
      (request) => lane.kinds.includes(request.kind) && legOf(request.parameters, names) === lane.leg,
    );
    let at = 0;
    for (const [kind, values] of lane.expected) {
      const found = came.findIndex((request, index) => index >= at && isLike(request, kind, values));
      const request = came[found];
      if (request === undefined) {
        missing.push(`Leg ${lane.leg}: ${describe(kind, values)} did not come, or came out of order.`);
      } else {
        unexpected.delete(request);
        at = found + 1;
      }
    }
  }
  return { missing, wrong: [...notExpected(unexpected, names), ...notSigned(requests), ...twice(requests)] };
}

function isLike(request: StoryRequest, kind: RequestKind, values: Values): boolean {
  if (request.kind !== kind) return false;
  return Object.entries(values).every(([name, value]) => request.parameters.get(name) === value);
}

function notExpected(requests: Iterable<StoryRequest>, names: StoryNames): string[] {
  return Array.from(requests, (request) => {
    const leg = legOf(request.parameters, names);
    return `${leg === undefined ? 'No leg of the story' : `Leg ${leg}`}: ${atTime(request)} is not in the story.`;
  });
}

function notSigned(requests: readonly StoryRequest[]): string[] {
  return requests
    .filter(({ signed }) => !signed)
    .map((request) => `The signature of ${atTime(request)} is wrong.`);
}

function twice(requests: readonly StoryRequest[]): string[] {
  const seen = new Set<string | undefined>();
  return requests.flatMap((request) => {
    if (seen.has(request.token)) {
      return [`The I-Idempotency-Token of ${atTime(request)} has come before: the request was sent twice.`];
    }
    seen.add(request.token);
    return [];
  });
}

function atTime({ atMs, kind, parameters }: StoryRequest): string {
  const names = ['CallEvent', 'CallStatus', 'DialCallStatus'];
  const values = names.flatMap((name) => {
    const value = parameters.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return `${describe(kind, Object.fromEntries(values))} at ${atMs} ms`;
}

function describe(kind: RequestKind, values: Values): string {
  const shown = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return `${kind} ${shown.join(' ')}`.trimEnd();
}
