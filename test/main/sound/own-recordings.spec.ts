import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import type { RecordingRecord } from '../../../src/call/recording/recording-record.ts';
import { loadConfig } from '../../../src/config.ts';
import { findOwnRecording } from '../../../src/main/sound/own-recordings.ts';

const [MAIN, SUB, STRANGER] = ['0', '1', '2'].map((digit) => `AC${digit.repeat(32)}`) as [
  string,
  string,
  string,
];
const DONE = `RE${'d'.repeat(32)}`;

function recording(sid: string, status: RecordingRecord['status']): RecordingRecord {
  const times = { startTime: 0, dateCreated: 0, dateUpdated: 0 };
  const rest = {
    callSid: `CA${'a'.repeat(32)}`,
    source: 'RecordVerb',
    channels: 1,
    trimSilence: false,
  } as const;
  return { sid, accountSid: SUB, status, ...rest, ...times };
}

const RECORDS = [
  recording(DONE, 'completed'),
  recording(`RE${'1'.repeat(32)}`, 'in-progress'),
  recording(`RE${'2'.repeat(32)}`, 'absent'),
];

describe('A RecordingUrl in a document', () => {
  function finder(env: Readonly<Record<string, string>>) {
    const config = loadConfig({ HTTP_PORT: '8080', ...env });
    return findOwnRecording({
      config,
      accounts: {
        isWithin: async (above, sid) => above === sid || (above === MAIN && sid === SUB),
      },
      recordings: {
        find: async (accountSid, sid) =>
          RECORDS.find((one) => one.accountSid === accountSid && one.sid === sid),
      },
      pathOf: (sid) => `/data/recordings/${sid}.wav`,
    });
  }

  const HERE = { ok: true, sid: DONE, path: `/data/recordings/${DONE}.wav` };
  const PATH = `/2012-04-24/Accounts/${SUB}/Recordings/${DONE}`;
  const find = (url: string, by = SUB, env: Readonly<Record<string, string>> = {}) =>
    finder(env)(new URL(url), by);

  for (const prefix of ['/2012-04-24', '/2010-04-01', '/api/2012-04-24', '/restcomm/2012-04-24']) {
    for (const ending of ['', '.wav', '.mp3', '.wav.mp3', '.wav?x=1', '#t=0']) {
      it(`is read here: ${prefix}…${ending}`, async () => {
        const url = `http://127.0.0.1:8080${prefix}/Accounts/${SUB}/Recordings/${DONE}${ending}`;
        assert.deepEqual(await find(url), HERE);
      });
    }
  }

  const PROXY = { PUBLIC_URL: 'https://calls.example.com/pbx', MEDIA_URL: 'http://10.0.0.5:9000' };
  const WILD = { HTTP_HOST: '0.0.0.0', EXTERNAL_ADDRESS: '203.0.113.9' };
  const ours: readonly (readonly [url: string, env: Readonly<Record<string, string>>])[] = [
    ['http://localhost:8080', {}],
    ['http://LOCALHOST.:8080', {}],
    ['http://[::1]:8080', {}],
    [`http://${hostname()}:8080`, {}],
    ['http://user:secret@127.0.0.1:8080', {}],
    ['https://calls.example.com/pbx', PROXY],
    ['https://CALLS.example.com', PROXY],
    ['http://calls.example.com/pbx', PROXY],
    ['http://calls.example.com:8080', PROXY],
    ['http://10.0.0.5:9000', PROXY],
    ['http://127.0.0.1:8080', PROXY],
    ['http://203.0.113.9:8080', WILD],
    ['http://127.0.0.1:8080', WILD],
    ['http://192.0.2.4:8080', { HTTP_HOST: '192.0.2.4' }],
    ['http://[2001:db8::4]:8080', { HTTP_HOST: '2001:db8::4' }],
  ];
  for (const [origin, env] of ours) {
    it(`is read here by the name ${origin}${env === PROXY ? ' behind a proxy' : ''}`, async () => {
      assert.deepEqual(await find(`${origin}${PATH}`, SUB, env), HERE);
    });
  }

  it('is none when another host, another port or another path is named', async () => {
    const others = [
      `http://127.0.0.1:9090${PATH}`,
      `http://app.example.com:8080${PATH}`,
      `https://calls.example.com:8443${PATH}`,
      `https://calls.example.com.evil.test/pbx${PATH}`,
      `https://calls.example.com/archive${PATH}`,
      `https://calls.example.com/pbx/2012-04-24/Accounts/${SUB}/Recordings/RE1`,
      `https://calls.example.com/pbx/2012-04-24/Accounts/${SUB}/Recordings/${DONE}.ogg`,
      `https://calls.example.com/pbx/2012-04-24/Accounts/${SUB}/Calls/${DONE}`,
      `https://calls.example.com/pbx/media/${'0'.repeat(64)}.wav`,
    ];
    for (const url of others) assert.equal(await find(url, SUB, PROXY), undefined, url);
  });

  it('is read for the account that owns it and for one above it, and not for others', async () => {
    const url = `http://127.0.0.1:8080${PATH}`;
    assert.deepEqual(
      [await find(url, SUB), await find(url, MAIN), await find(url, STRANGER)],
      [HERE, HERE, undefined],
    );
    const asParent = `http://127.0.0.1:8080/2012-04-24/Accounts/${MAIN}/Recordings/${DONE}`;
    assert.deepEqual([await find(asParent, SUB)], [undefined]);
  });

  it('says why there is no sound', async () => {
    const why = async (digit: string) =>
      find(`http://127.0.0.1:8080/2012-04-24/Accounts/${SUB}/Recordings/RE${digit.repeat(32)}`);
    assert.deepEqual(
      [await why('1'), await why('2'), await why('3')],
      [
        { ok: false, message: 'The recording is not finished yet' },
        { ok: false, message: 'There is nothing in the recording' },
        { ok: false, message: 'There is no such recording, or it was removed' },
      ],
    );
  });

  it('is not there while the database cannot say', async () => {
    const config = loadConfig({ HTTP_PORT: '8080' });
    const broken = () => Promise.reject(new Error('locked'));
    const finds = findOwnRecording({
      config,
      accounts: { isWithin: broken },
      recordings: { find: broken },
      pathOf: () => '',
    });
    assert.deepEqual(await finds(new URL(`http://127.0.0.1:8080${PATH}`), SUB), {
      ok: false,
      message: 'The database cannot say now where the recording is',
    });
  });
});
