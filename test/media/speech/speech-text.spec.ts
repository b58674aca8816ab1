import assert from 'node:assert/strict';
import { speechText } from '../../../src/media/speech/speech-text.ts';

describe('the text of <Say>', () => {
  const table: [name: string, given: string, spoken: string][] = [
    ['is spoken as it is', 'Hello, world!', 'Hello, world!'],
    ['is one line without space around it', '\n   Hello\n\t\tworld  ', 'Hello world'],
    ['loses control characters, which the engine takes for commands', 'a\x01b\x00c\x7fd\u0085e', 'a b c d e'],
    ['keeps every script', 'Grüße 你好 مرحبا 👋', 'Grüße 你好 مرحبا 👋'],
    ['is put together where accents stand alone', 'e\u0301te\u0301', 'été'],
    ['may be empty', ' \n ', ''],
  ];
  for (const [name, given, spoken] of table) {
    it(name, () => assert.deepEqual(speechText(given), { text: spoken, notes: [] }));
  }

  it('may have 4096 characters', () => {
    assert.deepEqual(speechText('x'.repeat(4096)), { text: 'x'.repeat(4096), notes: [] });
  });

  it('is cut between words when it is longer, and says so', () => {
    assert.deepEqual(speechText('four '.repeat(1000)), {
      text: 'four '.repeat(819).trim(),
      notes: ['the text has 4999 characters; only the first 4096 are spoken'],
    });
  });

  it('is cut anywhere but inside a character when it has no spaces', () => {
    const { text } = speechText(`x${'👋'.repeat(3000)}`);
    assert.equal(text, `x${'👋'.repeat(2047)}`);
  });
});
