import { callbackTarget } from '../../document/callback-target.ts';
import { compact } from '../../../call/compact.ts';
import { A_CALLER, readCaller } from '../../../call/routing/written-address.ts';
import {
  type AttributeType,
  type AttributeValues,
  boolean,
  method,
  oneOf,
  readAttributes,
  seconds,
  url,
} from '../../document/attributes.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import type { XmlElement } from '../../xml/xml.ts';
import { recordingEvents, recordingTrack, soundOf, trim } from '../recording-attributes.ts';
import { parseConference } from './conference-noun.ts';
import { LONE_NOUNS, NOUN_NAMES, parseNoun, parsePlainBody } from './nouns.ts';
import { parseQueue } from './queue-noun.ts';
import { ringTone } from './ring-tone.ts';
import { isSipWithSeveralUris, urisInTurn } from './sip-uris.ts';
import type { DialNoun, DialRecording, DialVerb, RingTone } from './types.ts';

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

/** Becomes the user part of From. */
const callerId: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: A_CALLER,
  read: readCaller,
};

const ATTRIBUTES = {
  action: url,
  method,
  timeout: seconds(30, 1, LONGEST_RINGING_S),
  timeLimit: seconds(14_400, 1, LONGEST_TALK_S),
  callerId,
  record: oneOf('false', RECORD_VALUES),
  recordingTrack,
  trim,
  recordingStatusCallback: url,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: recordingEvents,
  hangupOnStar: boolean(false),
  answerOnBridge: boolean(false),
  ringTone,
  dialMusic: url,
  sequential: boolean(false),
};

/** Reads a Dial; undefined, with a warning, when it has nobody to call. */
export function parseDial(element: XmlElement, context: ParseContext): DialVerb | undefined {
  const attributes = readAttributes(element, ATTRIBUTES, context);
  const callees = parseCallees(element, context);
  if (callees === undefined) return undefined;
  const { action, recordingStatusCallback } = attributes;
  const record = recordingOf(attributes);
  return compact({
    action,
    method: attributes.method,
    timeoutS: attributes.timeout,
    timeLimitS: attributes.timeLimit,
    callerId: attributes.callerId,
    ringTone: attributes.ringTone ?? musicOf(attributes.dialMusic),
    record,
    recordingCallback: callbackTarget(
      recordingStatusCallback,
      attributes.recordingStatusCallbackMethod,
      attributes.recordingStatusCallbackEvent,
    ),
    hangupOnStar: attributes.hangupOnStar,
    answerOnBridge: attributes.answerOnBridge,
    sequential: attributes.sequential || isSipWithSeveralUris(element),
    ...callees,
  });
}

/** Restcomm's old name of a ringTone that is a sound. */
function musicOf(dialMusic: string | undefined): RingTone | undefined {
  return dialMusic === undefined ? undefined : { url: dialMusic };
}

/** `true` is record-from-answer; undefined: nothing is recorded. */
function recordingOf({
  record: written,
  recordingTrack: track,
  trim: trimmed,
}: Pick<AttributeValues<typeof ATTRIBUTES>, 'record' | 'recordingTrack' | 'trim'>):
  | DialRecording
  | undefined {
  if (written === 'false' || written === 'do-not-record') return undefined;
  return {
    from: written.startsWith('record-from-ringing') ? 'ringing' : 'answer',
    ...soundOf(written.endsWith('-dual') ? 2 : 1, track),
    ...(trimmed === 'trim-silence' ? { trimSilence: true } : {}),
  };
}

function parseCallees(
  element: XmlElement,
  context: ParseContext,
): Pick<DialVerb, 'nouns' | 'conference' | 'queue'> | undefined {
  const children = childElements(element, [...NOUN_NAMES, ...LONE_NOUNS], context);
  const alone = LONE_NOUNS.map((name) => children.find((child) => child.name === name)).find(
    (child) => child !== undefined,
  );
  if (alone === undefined) {
    const nouns = parseNouns(element, children, context);
    return nouns === undefined ? undefined : { nouns };
  }
  if (children.length > 1) {
    context.warn(element, `has other nouns beside a ${alone.name}, which must stand alone; they are dropped`);
  }
  if (alone.name === 'Queue') {
    warnOfNoEffect(element, context);
    const queue = parseQueue(alone, context);
    return queue === undefined ? undefined : { nouns: [], queue };
  }
  const conference = parseConference(alone, context);
  return conference === undefined ? undefined : { nouns: [], conference };
}

/** No leg is made for a leg that waits already. */
function warnOfNoEffect(element: XmlElement, context: ParseContext): void {
  for (const name of ['callerId', 'sequential']) {
    if (element.attributes.has(name))
      context.warn(element, `has ${name}, which has no effect with a Queue`, name);
  }
}

function parseNouns(
  element: XmlElement,
  children: readonly XmlElement[],
  context: ParseContext,
): readonly DialNoun[] | undefined {
  const written = children.flatMap((child) => urisInTurn(child, isSipWithSeveralUris(element), context));
  if (written.length > MOST_NOUNS) {
    context.warn(element, `has ${written.length} nouns; those after the tenth are dropped`);
  }
  if (children.length > 0 && textOf(element) !== '') {
    context.warn(element, 'has text beside its nouns; the text is ignored');
  }
  const nouns =
    children.length > 0
      ? written.slice(0, MOST_NOUNS).map((child) => parseNoun(child, context))
      : [parsePlainBody(element, context)];
  const valid = nouns.filter((noun) => noun !== undefined);
  if (valid.length > 0) return valid;
  context.warn(element, 'has nobody to call; it is skipped');
  return undefined;
}
