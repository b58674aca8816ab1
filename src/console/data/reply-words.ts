import { parameterOf } from './line-data.ts';
import type { CallEvent } from './resources.ts';

const LONGEST = 60;
const ELEMENT = /<(\/?)([A-Za-z][\w:.-]*)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>|([^<]+)/g;
/** Not shown by `ELEMENT`'s groups: comments, CDATA and declarations are taken out first. */
const NO_ELEMENT = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<![^>]*>/g;

/** `Dial bob`, `Say, Gather`, `nothing more`: what a document asks for, in as few words as fit an arrow. */
export function replyWords(body: string): string {
  const verbs = topVerbs(body);
  if (verbs.length === 0) return /<Response\b/.test(body) || body.trim() === '' ? 'nothing more' : 'no RCML';
  return shortened(verbs.join(', '));
}

/** The verbs of a document, with whom a Dial calls. It need not be well-formed, since only its beginning is kept. */
function topVerbs(body: string): readonly string[] {
  const text = body.replace(NO_ELEMENT, '$1');
  const verbs: string[] = [];
  let depth = 0;
  let called: string[] | undefined;
  for (const [, closing, name, , selfClosing, content] of text.matchAll(ELEMENT)) {
    if (content !== undefined) {
      if (called !== undefined && content.trim() !== '') called.push(content.trim());
      continue;
    }
    if (closing === '/') {
      depth -= 1;
      if (depth === 1 && called !== undefined) verbs.push(['Dial', called.join(' + ')].join(' ').trim());
      if (depth === 1) called = undefined;
      continue;
    }
    if (depth === 1) {
      if (name === 'Dial' && selfClosing !== '/') called = [];
      else verbs.push(name ?? '');
    }
    if (selfClosing !== '/') depth += 1;
  }
  if (called !== undefined) verbs.push(['Dial', called.join(' + ')].join(' ').trim());
  return verbs;
}

/** `first document`, `Dial action: busy`, `redirect`: why a document was asked for. */
export function requestWords(line: CallEvent, verb: string | undefined): string {
  switch (line.data['reason']) {
    case 'first':
      return 'first document';
    case 'redirect':
      return 'redirect';
    case 'fallback':
      return `fallback${withColon(parameterOf(line, 'ErrorCode'))}`;
    case 'action':
      return `${verb ?? 'verb'} action${withColon(resultOf(line))}`;
    default:
      return 'document';
  }
}

function resultOf(line: CallEvent): string | undefined {
  const dialled = parameterOf(line, 'DialCallStatus');
  if (dialled !== undefined) return dialled;
  if (parameterOf(line, 'Digits') !== undefined) return 'keys';
  if (parameterOf(line, 'SpeechResult') !== undefined) return 'speech';
  const recorded = parameterOf(line, 'RecordingDuration');
  return recorded === undefined ? undefined : `${recorded} s`;
}

/** `busy`, `recording completed`, `participant-join`: what a callback tells. */
export function callbackWords(line: Pick<CallEvent, 'request'>): string {
  const recording = parameterOf(line, 'RecordingStatus');
  if (recording !== undefined) return `recording ${recording}`;
  const transcription = parameterOf(line, 'TranscriptionStatus');
  if (transcription !== undefined) return `transcription ${transcription}`;
  const conference = parameterOf(line, 'StatusCallbackEvent');
  if (conference !== undefined && parameterOf(line, 'ConferenceSid') !== undefined) return conference;
  if (parameterOf(line, 'UnstableSpeechResult') !== undefined) return 'partial result';
  return parameterOf(line, 'CallStatus') ?? 'callback';
}

function withColon(text: string | undefined): string {
  return text === undefined ? '' : `: ${text}`;
}

export function shortened(text: string, longest = LONGEST): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, Math.max(1, longest - 1))}…`;
}
