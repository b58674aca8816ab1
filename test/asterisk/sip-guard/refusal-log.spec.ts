import assert from 'node:assert/strict';
import { RefusalReader } from '../../../src/asterisk/sip-guard/refusal-log.ts';

// As Asterisk 22.10.1 writes them.
const AT = '[2026-11-30 21:46:00.918] ';
const NO_MEDIA = `${AT}ERROR[28106] res_pjsip_session.c:  alice: Couldn't negotiate stream 0:audio-0:audio:sendrecv (nothing)`;
const noExtension = (dialled: string) =>
  `${AT}NOTICE[28106][C-00000007] res_pjsip_session.c:  bob: Call (UDP:127.0.0.1:59423) to extension '${dialled}' ` +
  "rejected because extension not found in context 'legwork-in'.";

describe("Asterisk's log of what it refuses itself", () => {
  const read = (text: string) => {
    const reader = new RefusalReader();
    return text.split('\n').flatMap((line) => reader.read(line) ?? []);
  };

  it('tells of an offer of which nothing may be used', () => {
    assert.deepEqual(read(NO_MEDIA), [{ endpoint: 'alice', code: 488 }]);
  });

  it('tells of a name that nothing can have', () => {
    assert.deepEqual(read(noExtension('%x')), [{ endpoint: 'bob', code: 404, dialled: '%x' }]);
  });

  it('tells of both, one after the other', () => {
    assert.deepEqual(
      read([NO_MEDIA, noExtension('~'), NO_MEDIA].join('\n')).map(({ code }) => code),
      [488, 404, 488],
    );
  });

  it('takes nothing that a caller made up by a line break in the name that he calls', () => {
    const made = `~\n${NO_MEDIA.replace('alice', 'carol')}\n`;
    assert.deepEqual(read([noExtension(made), NO_MEDIA].join('\n')), [{ endpoint: 'alice', code: 488 }]);
  });

  for (const line of [
    '',
    `${AT}NOTICE[1] loader.c: 103 modules will be loaded.`,
    `${AT}WARNING[1] res_pjsip_session.c:  alice: Couldn't negotiate stream 0`,
    `${AT}ERROR[1] chan_pjsip.c: alice: Couldn't negotiate stream 0`,
  ]) {
    it(`says nothing of the kind by ${line || 'an empty line'}`, () => assert.deepEqual(read(line), []));
  }
});
