import type { LegLetter, RequestKind, StoryRequest } from './story-request.ts';
import { type Dress, PLAIN, row, rows, TIMELINE_WIDTH, VALUES_AT, wrap } from './timeline-rows.ts';

/** Which of a request's parameters are shown, in this order. */
const SHOWN: Readonly<Record<RequestKind, readonly string[]>> = {
  document: ['CallStatus', 'Direction', 'From', 'To'],
  'dial action': [
    'CallStatus',
    'DialCallStatus',
    'DialCallSid',
    'DialCallDuration',
    'DialRingDuration',
    'DialBridged',
    'DialSipResponseCode',
  ],
  'number status': ['CallStatus', 'SequenceNumber', 'OutboundCallSid', 'DialCallStatus', 'CallDuration'],
  'leg status': ['CallEvent', 'CallStatus', 'SequenceNumber', 'CallDuration'],
  'unknown path': ['CallStatus', 'CallEvent'],
};

/** Tells which leg of the story has this CallSid. */
export type LetterOf = (callSid: string) => LegLetter | undefined;

/** The headings above the timeline. */
export function timelineHead(dress: Dress = PLAIN): string {
  return dress.faint(row('ms', 'leg', 'what', 'sig', 'values'));
}

/** One request as lines: when, which leg, what, whether the signature is right, and the values that matter. */
export function requestLines(request: StoryRequest, letterOf: LetterOf, dress: Dress = PLAIN): string[] {
  const { atMs, kind, parameters, signed } = request;
  const values = SHOWN[kind].flatMap((name) => {
    const value = parameters.get(name);
    return value === undefined ? [] : [`${name}=${shownValue(name, value, letterOf)}`];
  });
  const leg = legName(parameters.get('CallSid') ?? '', letterOf);
  const cells = { time: String(atMs), leg, what: kind, signed: signed ? 'yes' : 'NO' };
  const [line = '', ...more] = rows(cells, values);
  return [signed ? line : dress.alarm(line), ...more];
}

/** What the application server replied, below its request. */
export function replyLine(inWords: string, dress: Dress = PLAIN): string {
  return dress.faint(`${' '.repeat(VALUES_AT)}reply: ${inWords}`);
}

/** `A CA3f9a`: the leg's letter in the story and the beginning of its CallSid. */
export function legName(callSid: string, letterOf: LetterOf): string {
  return `${letterOf(callSid) ?? '?'} ${callSid.slice(0, 6)}`.trimEnd();
}

/** Sentences as indented lines that are not too long. */
export function paragraph(sentences: readonly string[], indent = '  '): string[] {
  return sentences.flatMap((sentence) => {
    const lines = wrap(sentence.split(' '), TIMELINE_WIDTH - indent.length - 2);
    return lines.map((line, index) => `${indent}${index === 0 ? '' : '  '}${line}`);
  });
}

function shownValue(name: string, value: string, letterOf: LetterOf): string {
  return name.endsWith('CallSid') ? legName(value, letterOf).replace(' ', ':') : value;
}
