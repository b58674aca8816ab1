import type { HttpMethod } from '../../call/leg.ts';
import type { Parameters, SipCredentials } from '../../call/ports.ts';
import type { CalleeAddress } from '../../call/targets.ts';
import { type AttributeType, boolean, method, oneOf, readAttributes, seconds, url } from '../attributes.ts';
import { childElements, type ParseContext, textOf } from '../parse-context.ts';
import { defineVerb } from '../verb.ts';
import type { XmlElement } from '../xml.ts';
import { type ConferenceNoun, parseConference } from './dial-conference.ts';
import { runConference } from './dial-conference-run.ts';
import { type NounCallback, NOUN_NAMES, parseNoun, parsePlainBody } from './dial-nouns.ts';
import type { DialRecording, RecordingCallback } from './dial-recording.ts';
import { type RingTone, ringTone } from './dial-ring-tone.ts';
import { type DialState, DIAL_STATE } from './dial-state.ts';
import { runDial } from './dial-run.ts';
import { recordingEvents } from './record.ts';

/** `<Dial>`: rings one or more callees and connects the first that answers, or enters a room. */
export interface DialVerb {
  readonly action?: string;
  readonly method: HttpMethod;
  /** Seconds of ringing. */
  readonly timeoutS: number;
  /** Seconds of talk. */
  readonly timeLimitS: number;
  /** Instead of the caller's From. */
  readonly callerId?: string;
  readonly ringTone?: RingTone;
  readonly record?: DialRecording;
  /** Who hears of a recording. */
  readonly recordingCallback?: RecordingCallback;
  readonly hangupOnStar: boolean;
  readonly answerOnBridge: boolean;
  /** The nouns ring in turn, not at once. */
  readonly sequential: boolean;
  /** At least one, or none beside a conference. */
  readonly nouns: readonly DialNoun[];
  readonly conference?: ConferenceNoun;
}

/** One callee of a Dial: a leg of its own. */
export interface DialNoun {
  readonly address: CalleeAddress;
  /** SIP headers of the INVITE, names with `X-`. */
  readonly headers: Parameters;
  /** DTMF to send when the callee has answered. */
  readonly sendDigits?: string;
  /** For a SIP peer that asks who calls. */
  readonly credentials?: SipCredentials;
  /** The document that the callee hears when it has answered, before it talks to the caller. */
  readonly screening?: { readonly url: string; readonly method: HttpMethod };
  readonly statusCallback?: NounCallback;
  readonly line: number;
  readonly column: number;
}

const MOST_NOUNS = 10;

const LONGEST_RINGING_S = 3600;
const LONGEST_TALK_S = 86_400;
const RECORD_WAYS = ['record-from-answer', 'record-from-ringing'] as const;
const RECORD_VALUES = [
  'false',
  'true',
  'do-not-record',
  ...RECORD_WAYS,
  ...RECORD_WAYS.map((way) => `${way}-dual` as const),
] as const;

/** Becomes the user part of From: a number without what people write between digits, or a name. */
const callerId: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: 'a phone number, or a name of at most 64 letters, digits and . _ + * # -',
  read: (value) => {
    const name = value.replace(/^client:/i, '');
    const plain = /^\+?[\d ().-]+$/.test(name) ? name.replace(/[ ().-]/g, '') : name;
    return /^[A-Za-z0-9._+*#-]{1,64}$/.test(plain) ? plain : undefined;
  },
};

const ATTRIBUTES = {
  action: url,
  method,
  timeout: seconds(30, 1, LONGEST_RINGING_S),
  timeLimit: seconds(14_400, 1, LONGEST_TALK_S),
  callerId,
  record: oneOf('false', RECORD_VALUES),
  recordingStatusCallback: url,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: recordingEvents,
  hangupOnStar: boolean(false),
  answerOnBridge: boolean(false),
  ringTone,
  sequential: boolean(false),
};

export const dial = defineVerb<DialVerb, DialState>({
  name: 'Dial',
  parse(element, context) {
    const attributes = readAttributes(element, ATTRIBUTES, context);
    const callees = parseCallees(element, context);
    if (callees === undefined) return undefined;
    const { action, recordingStatusCallback } = attributes;
    const record = recordingOf(attributes.record);
    return {
      ...(action === undefined ? {} : { action }),
      method: attributes.method,
      timeoutS: attributes.timeout,
      timeLimitS: attributes.timeLimit,
      ...(attributes.callerId === undefined ? {} : { callerId: attributes.callerId }),
      ...(attributes.ringTone === undefined ? {} : { ringTone: attributes.ringTone }),
      ...(record === undefined ? {} : { record }),
      ...(recordingStatusCallback === undefined
        ? {}
        : {
            recordingCallback: {
              url: recordingStatusCallback,
              method: attributes.recordingStatusCallbackMethod,
              events: attributes.recordingStatusCallbackEvent,
            },
          }),
      hangupOnStar: attributes.hangupOnStar,
      answerOnBridge: attributes.answerOnBridge,
      sequential: attributes.sequential,
      ...callees,
    };
  },
  state: DIAL_STATE,
  answers: (verb) => !verb.answerOnBridge,
  hunts: true,
  endsDocument: ({ action }) => (action === undefined ? undefined : 'always goes on with its action'),
  run: (verb, context) =>
    verb.conference === undefined ? runDial(verb, context) : runConference(verb, verb.conference, context),
});

/** `true` is record-from-answer; undefined: nothing is recorded. */
function recordingOf(written: (typeof RECORD_VALUES)[number]): DialRecording | undefined {
  if (written === 'false' || written === 'do-not-record') return undefined;
  return {
    from: written.startsWith('record-from-ringing') ? 'ringing' : 'answer',
    channels: written.endsWith('-dual') ? 2 : 1,
  };
}

function parseCallees(
  element: XmlElement,
  context: ParseContext,
): Pick<DialVerb, 'nouns' | 'conference'> | undefined {
  const children = childElements(element, [...NOUN_NAMES, 'Conference'], context);
  const room = children.find((child) => child.name === 'Conference');
  if (room === undefined) {
    const nouns = parseNouns(element, children, context);
    return nouns === undefined ? undefined : { nouns };
  }
  if (children.length > 1) {
    context.warn(element, 'has other nouns beside a Conference, which stands alone: they are dropped');
  }
  const conference = parseConference(room, context);
  return conference === undefined ? undefined : { nouns: [], conference };
}

function parseNouns(
  element: XmlElement,
  children: readonly XmlElement[],
  context: ParseContext,
): readonly DialNoun[] | undefined {
  if (children.length > MOST_NOUNS) {
    context.warn(element, `has ${children.length} nouns; those after the tenth are dropped`);
  }
  if (children.length > 0 && textOf(element) !== '') {
    context.warn(element, 'has text beside its nouns, the text is ignored');
  }
  const nouns =
    children.length > 0
      ? children.slice(0, MOST_NOUNS).map((child) => parseNoun(child, context))
      : [parsePlainBody(element, context)];
  const valid = nouns.filter((noun) => noun !== undefined);
  if (valid.length > 0) return valid;
  context.warn(element, 'has nobody to call, it is skipped');
  return undefined;
}
