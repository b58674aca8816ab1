import { textIn } from '../data/line-data.ts';
import { callbackWords, replyWords, requestWords } from '../data/reply-words.ts';
import { durationText } from '../data/times.ts';
import { LEGWORK, serverColumn } from './columns.ts';
import type { Arrow, Density, Tone } from './ladder.ts';
import type { PlacedLine } from './sip-rows.ts';

/** A document request and its reply: two arrows for one line, which is written when the reply has come. */
export function documentRows(
  placedLine: PlacedLine,
  verb: string | undefined,
  ofWhom: string | undefined,
): readonly Arrow[] {
  const { line, index, at } = placedLine;
  const { request, response } = line;
  const url = request?.url ?? undefined;
  if (url === undefined) return [];
  const server = serverColumn(url);
  const took = response?.request_duration ?? 0;
  const asked: Arrow = {
    kind: 'arrow',
    event: index,
    at: at - took,
    from: LEGWORK,
    to: server,
    label: withName(requestWords(line, verb), ofWhom),
    look: 'document',
    tone: 'plain',
    shownFrom: 'compact',
  };
  const answered: Arrow = {
    ...asked,
    at,
    from: server,
    to: LEGWORK,
    look: 'reply',
    ...replyOf(placedLine),
    note: durationText(took),
    noteTone: took >= SLOW_DOCUMENT_MS ? 'warn' : 'plain',
  };
  return [asked, answered];
}

/** Of a leg that is not the first, whose it is. */
function withName(words: string, ofWhom: string | undefined): string {
  return ofWhom === undefined ? words : `${words} · ${ofWhom}`;
}

/** A caller hears nothing while a document is awaited; from this on people notice. */
export const SLOW_DOCUMENT_MS = 1000;

function replyOf({ line: { response, data } }: PlacedLine): { readonly label: string; readonly tone: Tone } {
  const code = response?.response_code ?? undefined;
  const problem = response?.error ?? textIn(data, 'message');
  if (code !== undefined && code >= 400) return { label: `HTTP ${code}`, tone: 'bad' };
  if (problem !== undefined) return { label: problem, tone: 'bad' };
  return { label: replyWords(response?.response_body ?? ''), tone: 'plain' };
}

/** What the caller keyed in, which only the request that tells it shows; the digits themselves are not there. */
export function keysRow({ line, index, at }: PlacedLine, from: string, to: string): readonly Arrow[] {
  const hasKeys = typeof line.request?.parameters?.['Digits'] === 'string';
  if (!hasKeys) return [];
  const askedAt = at - (line.response?.request_duration ?? 0);
  return [
    {
      kind: 'arrow',
      event: index,
      at: askedAt,
      from,
      to,
      label: 'DTMF ••••',
      look: 'sip',
      tone: 'plain',
      shownFrom: 'compact',
    },
  ];
}

/** The attempts of one callback: one arrow, or in full density one for each attempt. */
export function callbackRows(
  attempts: readonly PlacedLine[],
  density: Density,
  ofWhom: string | undefined,
): readonly Arrow[] {
  const [first] = attempts;
  const last = attempts.at(-1);
  if (first === undefined || last === undefined) return [];
  const words = callbackWords(first.line);
  const label = withName(words, ofWhom);
  if (density !== 'full' || attempts.length === 1) {
    return [callbackArrow(first, label, outcomeOf(last, attempts.length))];
  }
  return attempts.map((one, index) =>
    callbackArrow(one, index === 0 ? label : `${label} ⟳${index + 1}`, attemptOf(one, one === last)),
  );
}

type Outcome = Pick<Arrow, 'note' | 'noteTone' | 'isOpen' | 'tone'>;

function callbackArrow({ line, index, at }: PlacedLine, label: string, outcome: Outcome): Arrow {
  return {
    kind: 'arrow',
    event: index,
    at,
    from: LEGWORK,
    to: serverColumn(line.request?.url ?? ''),
    label,
    look: 'callback',
    shownFrom: 'normal',
    ...outcome,
  };
}

/** What has come of a callback by now, in one note. */
function outcomeOf({ line }: PlacedLine, tries: number): Outcome {
  const again = tries > 1 ? `⟳${tries} ` : '';
  switch (textIn(line.data, 'state')) {
    case 'delivered':
      return {
        note: `${again}${line.response?.response_code ?? 'sent'}`,
        noteTone: tries > 1 ? 'warn' : 'plain',
        tone: 'plain',
      };
    case 'failed':
      return { note: `${again}failed: ${failureOf(line.response)}`, noteTone: 'bad', tone: 'bad' };
    default: {
      const why = line.response === null ? '' : `, ${failureOf(line.response)}`;
      return { note: `${again}pending${why}`, noteTone: 'warn', tone: 'plain', isOpen: true };
    }
  }
}

function attemptOf({ line }: PlacedLine, isLast: boolean): Outcome {
  const state = textIn(line.data, 'state');
  const code = line.response?.response_code ?? undefined;
  const isGood = code !== undefined && code >= 200 && code < 300;
  if (isGood) return { note: String(code), noteTone: 'plain', tone: 'plain' };
  const isOpen = isLast && state === 'pending';
  const tone: Tone = isLast && state === 'failed' ? 'bad' : 'plain';
  const note = line.response === null ? 'pending' : failureOf(line.response);
  return { note, noteTone: isOpen ? 'warn' : 'bad', tone, isOpen };
}

function failureOf(response: PlacedLine['line']['response']): string {
  return String(response?.response_code ?? response?.error ?? 'no reply');
}
