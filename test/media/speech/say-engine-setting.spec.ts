import assert from 'node:assert/strict';
import { parseSayEngine } from '../../../src/media/speech/say-engine-setting.ts';

describe('SAY_ENGINE', () => {
  const table: [setting: string, meaning: ReturnType<typeof parseSayEngine>][] = [
    ['espeak-ng', { kind: 'espeak-ng' }],
    ['', { kind: 'espeak-ng' }],
    ['https://speech.example/say', { kind: 'http', url: 'https://speech.example/say' }],
    ['http://[::1', 'SAY_ENGINE is not a valid URL'],
    [
      `flite -voice '{voice}' -o {output} "my file" a'b'c ''`,
      { kind: 'command', words: ['flite', '-voice', '{voice}', '-o', '{output}', 'my file', 'abc', ''] },
    ],
    ["say 'oops", 'SAY_ENGINE has a quote that is not closed'],
    [
      'say {text}',
      'SAY_ENGINE has {text}, but only {voice}, {language} and {output} are filled in; the text comes on standard input',
    ],
  ];
  for (const [setting, meaning] of table) {
    it(`reads ${setting === '' ? 'nothing' : setting}`, () =>
      assert.deepEqual(parseSayEngine(setting), meaning));
  }
});
