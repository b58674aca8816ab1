import assert from 'node:assert/strict';
import { screen, type ScreenFacts } from '../src/screen.ts';

const FACTS: ScreenFacts = {
  version: '0.1.0',
  url: 'http://127.0.0.1:8080',
  accountSid: 'AC1',
  authToken: 'token',
  dataDir: '/data',
  console: true,
};

describe('The screen of npm start', () => {
  it('names the console first, and how to sign in', () => {
    assert.deepEqual(screen(FACTS).split('\n').slice(0, 8), [
      '',
      'Legwork 0.1.0 is running.',
      '',
      '  Console        http://127.0.0.1:8080/console/',
      '                   account AC1',
      '                   token   token',
      '',
      '  Softphones     register at your own Asterisk',
    ]);
  });

  it('names no console where there is none', () => {
    assert.ok(!screen({ ...FACTS, console: false }).includes('Console'));
  });

  it('says where browser phones connect, if they may', () => {
    const line = '  Browser phones wss://a.example/sip (docs/webrtc.md)';
    assert.ok(
      screen({ ...FACTS, webPhones: 'wss://a.example/sip' })
        .split('\n')
        .includes(line),
    );
    assert.ok(!screen(FACTS).includes('Browser phones'));
    assert.match(
      screen({ ...FACTS, webPhonesOff: 'WEBRTC is off' }),
      /^ {2}Browser phones none: WEBRTC is off$/m,
    );
  });
});
