import { numberIn, textIn } from '../data/line-data.ts';
import { queueWords } from '../data/queue-words.ts';
import { lineWords } from '../data/line-words.ts';
import { LEGWORK } from './columns.ts';
import type { Mark, Tone } from './ladder.ts';
import type { PlacedLine } from './sip-rows.ts';

/** Lines that are neither states nor requests: verbs, notices, recordings, conferences, queues. */
export function markOf({ line, index, at }: PlacedLine, party: string): Mark | undefined {
  const mark = (label: string, more: Partial<Mark> = {}): Mark => ({
    kind: 'mark',
    event: index,
    at,
    column: LEGWORK,
    label,
    tone: 'plain',
    shownFrom: 'full',
    ...more,
  });
  switch (line.kind) {
    case 'verb':
      return mark(`<${textIn(line.data, 'name') ?? '?'}> line ${numberIn(line.data, 'line') ?? '?'}`);
    case 'notice':
      return mark(textIn(line.data, 'message') ?? 'notice', {
        tone: noticeTone(textIn(line.data, 'level')),
        shownFrom: 'normal',
      });
    case 'recording':
      return mark(`recording ${textIn(line.data, 'status') ?? ''}`);
    case 'amd':
      return mark(
        `answered by ${textIn(line.data, 'answeredBy') ?? '?'}: ${textIn(line.data, 'cause') ?? ''}`,
        {
          column: party,
          shownFrom: 'normal',
        },
      );
    case 'queue':
      return mark(queueWords(line), { column: party, shownFrom: 'normal' });
    case 'conference':
      return mark(
        `${textIn(line.data, 'event') ?? 'conference'} ${textIn(line.data, 'friendlyName') ?? ''}`,
        {
          column: party,
          shownFrom: 'normal',
        },
      );
    case 'stream':
      return mark(lineWords(line), { shownFrom: 'normal' });
    default:
      return undefined;
  }
}

function noticeTone(level: string | undefined): Tone {
  if (level === 'error') return 'bad';
  return level === 'warning' ? 'warn' : 'plain';
}
