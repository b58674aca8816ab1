import assert from 'node:assert/strict';
import { grammarOf } from '../../../src/media/speech/spoken-words.ts';

const KNOWN = new Set(['two', 'pizzas', 'yes', "don't", 'about', 'after']);
const isKnown = (word: string) => KNOWN.has(word);

describe('The grammar of hints', () => {
  it('has the phrases of which every word is known, and other words beside them', () => {
    const grammar = grammarOf(
      'Two  Pizzas, yes,YES, $OOV_CLASS_DIGIT, 42, flurb, don’t; <x> | y, about',
      isKnown,
    );
    assert.deepEqual(grammar?.phrases, ['two pizzas', 'yes', 'about']);
    assert.equal(
      grammar?.jsgf,
      '#JSGF V1.0;\ngrammar hints;\npublic <said> = /1/ <expected> | /0.5/ <other>;\n' +
        '<expected> = two pizzas | yes | about;\n<other> = after;\n',
    );
  });

  it('is none when no hint can be recognized', () => {
    assert.equal(grammarOf('flurb, 42', isKnown), undefined);
  });
});
