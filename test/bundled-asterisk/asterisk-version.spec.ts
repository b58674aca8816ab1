import assert from 'node:assert/strict';
import {
  judgeAsterisk,
  parseAsteriskVersion,
  transfersTrouble,
} from '../../src/bundled-asterisk/asterisk-version.ts';

describe('An Asterisk', () => {
  for (const text of [
    '22.10.1',
    '22.11.0',
    'Asterisk 22.11.0-rc2',
    '1:22.10.1+dfsg+~cs6.17.60671434-1',
    'Asterisk 22.10.1+dfsg+~cs6.17.60671434-1',
  ]) {
    it(`of version ${text} is used`, () => {
      assert.deepEqual(judgeAsterisk(text), { accepted: true });
    });
  }

  for (const text of ['Asterisk 23.0.0', '1:23.1.2~dfsg-1', '24.0.0-rc1']) {
    it(`of version ${text} is used with a warning that it has not been tried`, () => {
      const verdict = judgeAsterisk(text);
      assert.match(
        (verdict.accepted && verdict.warning) || '',
        /has not been tried: .* passed with 22\.10\.1$/,
      );
    });
  }

  for (const [text, why] of [
    ['22.10.0', /too old: Asterisk 22\.10\.1 or later is needed/],
    ['Asterisk 20.19.2', /too old/],
    ['Asterisk 22.11.0-rc1', /first PONG/],
    ['1:22.11.0~rc1~dfsg-1', /first PONG/],
    ['Asterisk GIT-master-1234', /no version/],
    ['none', /no version/],
  ] as const) {
    it(`of version ${text} is refused`, () => {
      const verdict = judgeAsterisk(text);
      assert.match(verdict.accepted ? '' : verdict.why, why);
    });
  }

  for (const [text, says] of [
    ['22.10.1+dfsg-1', 'off, Asterisk 22.10.1'],
    ['22.11.0-rc2', 'off, Asterisk 22.11.0-rc2'],
    ['22.11.0', 'off, not supported yet'],
    ['23.0.0-rc1', 'off, not supported yet'],
    ['GIT-master-1234', 'off, Asterisk of an unknown version'],
  ] as const) {
    it(`of version ${text} has transfers: ${says}`, () => assert.equal(transfersTrouble(text), says));
  }

  it('has a version without the epoch and the packaging', () => {
    assert.deepEqual(parseAsteriskVersion('1:22.10.1+dfsg-1'), { numbers: [22, 10, 1], name: '22.10.1' });
  });
});
