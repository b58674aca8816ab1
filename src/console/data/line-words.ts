import { causeIn, numberIn, textIn } from './line-data.ts';
import { callbackWords, replyWords, requestWords } from './reply-words.ts';
import type { CallEvent } from './resources.ts';
import { SIP, sipLineWords } from './sip-lines.ts';
import { queueWords } from './queue-words.ts';
import { sipWords } from './sip-words.ts';

/** The verb that a leg was running when a line was written: an action is that verb's. */
export function verbBefore(events: readonly CallEvent[], line: CallEvent): string | undefined {
  const index = events.indexOf(line);
  const before = events.findLast(
    ({ kind, call_sid: sid }, at) => at < index && kind === 'verb' && sid === line.call_sid,
  );
  return before === undefined ? undefined : textIn(before.data, 'name');
}

/** A line of a timeline in words; `verb` is the one that the leg was running. */
export function lineWords(line: CallEvent, verb?: string): string {
  const { kind, data } = line;
  switch (kind) {
    case 'state': {
      const cause = causeIn(data);
      const why = cause?.why ?? (cause?.sipStatus === undefined ? undefined : sipWords(cause.sipStatus));
      return [textIn(data, 'status') ?? 'state', why].filter((words) => words !== undefined).join(': ');
    }
    case 'verb':
      return `<${textIn(data, 'name') ?? '?'}> line ${numberIn(data, 'line') ?? '?'}`;
    case 'document':
      return `${requestWords(line, verb)} → ${replyOf(line)}`;
    case 'callback':
      return callbackWords(line);
    case 'notice':
      return textIn(data, 'message') ?? 'notice';
    case 'recording':
      return `recording ${textIn(data, 'status') ?? ''}`;
    case 'queue':
      return queueWords(line);
    case 'conference':
      return `${textIn(data, 'event') ?? 'conference'} ${textIn(data, 'friendlyName') ?? ''}`;
    case SIP:
      return sipLineWords(data);
    case 'stream':
      return `stream ${textIn(data, 'name') ?? ''} ${(textIn(data, 'event') ?? '').replace('stream-', '')}`.replace(
        '  ',
        ' ',
      );
    default:
      return kind;
  }
}

function replyOf({ response, data }: CallEvent): string {
  const code = response?.response_code ?? 0;
  if (code >= 400) return `HTTP ${code}`;
  return response?.error ?? textIn(data, 'message') ?? replyWords(response?.response_body ?? '');
}
