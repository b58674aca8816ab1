import type { LegLetter, RequestKind, StoryRequest } from './story-request.ts';

/** Lines are not longer than this. */
export const TIMELINE_WIDTH = 110;

/** How pieces of a line are styled: with colours on a terminal, else not at all. */
export interface Dress {
  faint(text: string): string;
  alarm(text: string): string;
}

export const PLAIN: Dress = { faint: (text) => text, alarm: (text) => text };

export const COLOURED: Dress = {
  faint: (text) => `\u001B[2m${text}\u001B[0m`,
  alarm: (text) => `\u001B[31m${text}\u001B[0m`,
};

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

const TIME = 6;
const LEG = 8;
const WHAT = 13;
const SIGNED = 3;
const VALUES_AT = TIME + LEG + WHAT + SIGNED + 4 * 2;

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
  const [first = '', ...more] = wrap(values, TIMELINE_WIDTH - VALUES_AT);
  const callSid = parameters.get('CallSid') ?? '';
  const line = row(String(atMs), legName(callSid, letterOf), kind, signed ? 'yes' : 'NO', first);
  return [signed ? line : dress.alarm(line), ...more.map((rest) => `${' '.repeat(VALUES_AT)}${rest}`)];
}

/** What the application server replied, below its request. */
export function replyLine(inWords: string, dress: Dress = PLAIN): string {
  return dress.faint(`${' '.repeat(VALUES_AT)}reply: ${inWords}`);
}

/** Something that happened at a phone, between the requests. */
export function phoneLine(atMs: number, text: string, dress: Dress = PLAIN): string {
  return dress.faint(`${String(atMs).padStart(TIME)}  ${'phone'.padEnd(LEG)}  ${text}`);
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

function row(time: string, leg: string, what: string, signed: string, values: string): string {
  const cells = [time.padStart(TIME), leg.padEnd(LEG), what.padEnd(WHAT), signed.padEnd(SIGNED), values];
  return cells.join('  ').trimEnd();
}

/** Words as lines of at most `width` characters; a longer word has a line of its own. */
function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
