import { parameterOf, type SeenRequest } from '../world/seen-request.ts';

/** Values that differ from call to call, by the form in which they come. */
const SID = /^(CA|CF|QU|RE)[0-9a-f]{32}$/;
const TIMES = new Set(['Timestamp', 'CallTimestamp', 'RecordingStartTime']);
const SECONDS = new Set([
  'CallDuration',
  'DialCallDuration',
  'DialRingDuration',
  'RecordingDuration',
  'QueueTime',
  'AvgQueueTime',
]);
const KINDS: Readonly<Record<string, string>> = {
  CA: 'CallSid',
  CF: 'ConferenceSid',
  QU: 'QueueSid',
  RE: 'RecordingSid',
};

export interface NamingOptions {
  /** Durations are written as `<Seconds>`: real phones are not as punctual as simulated ones. */
  readonly withoutSeconds?: boolean;
}

/** Names for the values that differ from call to call: `<CallSid A>`, `<Time>`, `<RecordingSid 1>`. */
export class Names {
  readonly #letters = new Map<string, string>();
  readonly #numbers = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #options: NamingOptions;

  /** Legs get their letters in an order that is the same on every call: in that of what mentions them. */
  constructor(requests: readonly SeenRequest[], options: NamingOptions = {}) {
    this.#options = options;
    for (const sid of legsInOrder(requests)) {
      this.#letters.set(sid, letterOf(this.#letters.size));
    }
  }

  /** The letter of a leg. */
  leg(callSid: string): string {
    return this.#letters.get(callSid) ?? '?';
  }

  /** A parameter's value as a transcript shows it. */
  shown(name: string, value: string): string {
    if (name === 'AccountSid') return '<AccountSid>';
    if (TIMES.has(name)) return '<Time>';
    if (SECONDS.has(name) && this.#options.withoutSeconds === true) return '<Seconds>';
    if (name === 'DialSipCallId') return '<SipCallId>';
    if (name === 'PhoneNumberSid') return '<PhoneNumberSid>';
    const recording = /\/Recordings\/(RE[0-9a-f]{32})/.exec(value)?.[1];
    if (recording !== undefined) return `<RecordingUrl ${this.#number('RE', recording)}>`;
    const prefix = SID.exec(value)?.[1];
    if (prefix === undefined) return plain(value);
    const which = prefix === 'CA' ? this.leg(value) : this.#number(prefix, value);
    return `<${KINDS[prefix]} ${which}>`;
  }

  #number(prefix: string, sid: string): number {
    const known = this.#numbers.get(sid) ?? (this.#counts.get(prefix) ?? 0) + 1;
    if (!this.#numbers.has(sid)) this.#counts.set(prefix, known);
    this.#numbers.set(sid, known);
    return known;
  }
}

/** The first leg, then those that its requests mention, then the others by whom they call. */
function legsInOrder(requests: readonly SeenRequest[]): readonly string[] {
  const first = requests.find((request) => parameterOf(request, 'ParentCallSid') === undefined);
  const root = first === undefined ? undefined : parameterOf(first, 'CallSid');
  const ofRoot = requests.filter((request) => parameterOf(request, 'CallSid') === root);
  const others = requests.filter((request) => !ofRoot.includes(request));
  const byCallee = others.toSorted((a, b) => compare(calleeOf(a), calleeOf(b)));
  const documents = ofRoot.filter(({ kind }) => kind === 'document');
  const callbacks = ofRoot
    .filter(({ kind }) => kind === 'callback')
    .toSorted((a, b) => compare(a.url, b.url));
  const mentioned = [...documents, ...callbacks, ...byCallee].flatMap(({ parameters }) =>
    parameters.map(([, value]) => value).filter((value) => /^CA[0-9a-f]{32}$/.test(value)),
  );
  return [...new Set(mentioned)];
}

function calleeOf(request: SeenRequest): string {
  return parameterOf(request, 'To') ?? '';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function letterOf(index: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const letter = letters[index % letters.length] ?? '?';
  const round = Math.floor(index / letters.length);
  return round === 0 ? letter : `${letter}${round}`;
}

/** On one line. */
function plain(value: string): string {
  return value.replace(/\p{Cc}/gu, (sign) => JSON.stringify(sign).slice(1, -1));
}
