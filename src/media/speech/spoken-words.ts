/** A grammar of what may be said. */
export interface WordGrammar {
  /** In JSGF, as pocketsphinx reads it. */
  readonly jsgf: string;
  /** The phrases that are expected; anything else that is recognized is one of the other words. */
  readonly phrases: readonly string[];
}

const MOST_PHRASES = 200;

/**
 * Words that sound unlike each other. A recognizer that knows only what is expected takes any sound for one of its
 * phrases; with these beside them, most of what is something else becomes one of these.
 */
const OTHER_WORDS =
  'about after apple bottle camera chicken daughter empty father finger forest giraffe hammer island jacket kitchen ' +
  'ladder machine neighbor ocean pencil question river shoulder table umbrella village water yellow zebra thousand ' +
  'nothing measure under early outside butter doctor people winter above change church thing with good book';

/** The grammar of a Gather's hints; undefined when none of them consists of words that are known. */
export function grammarOf(hints: string, isKnown: (word: string) => boolean): WordGrammar | undefined {
  const phrases = [...new Set(hints.split(',').map(inWords))].filter(
    (phrase) => phrase !== '' && phrase.split(' ').every(isKnown),
  );
  const expected = phrases.slice(0, MOST_PHRASES);
  if (expected.length === 0) return undefined;
  const others = OTHER_WORDS.split(' ').filter((word) => isKnown(word) && !expected.includes(word));
  const jsgf = [
    '#JSGF V1.0;',
    'grammar hints;',
    'public <said> = /1/ <expected> | /0.5/ <other>;',
    `<expected> = ${expected.join(' | ')};`,
    `<other> = ${others.join(' | ')};`,
    '',
  ].join('\n');
  return { jsgf, phrases: expected };
}

/** In lower case, with nothing but letters, apostrophes and single spaces; what has a digit or a sign is no phrase. */
function inWords(phrase: string): string {
  const words = phrase.toLowerCase().replaceAll('’', "'").trim().replace(/\s+/g, ' ');
  return /^[a-z']+( [a-z']+)*$/.test(words) ? words : '';
}
