import assert from 'node:assert/strict';
import { rangeOf } from '../../src/api/recordings/range.ts';
import type { RecordingRecord } from '../../src/call/recording/recording-record.ts';
import { NOON, putCall, putRecording } from '../support/api-records.ts';
import { type FakeApi, openSounds, sidsIn, startFakeApi } from '../support/fake-api.ts';

const WAV = Buffer.from('RIFF0123456789');

describe('Recordings', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  function put(more: Partial<RecordingRecord> = {}): RecordingRecord {
    const record = putRecording(api, more);
    if (record.status === 'completed') api.sounds.files.set(`${record.sid}.wav`, WAV);
    return record;
  }

  /** The sound's bytes with status and the headers that matter. */
  async function sound(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
    const reply = await api.request(method, path, { headers });
    const names = ['content-type', 'content-length', 'content-range', 'accept-ranges'];
    return [reply.status, reply.text, ...names.map((name) => reply.headers.get(name))];
  }

  it('shows everything that is known of a recording', async () => {
    const { sid, callSid } = put();
    const base = `/2012-04-24/Accounts/${api.main.sid}`;
    assert.deepEqual((await api.request('GET', `Recordings/${sid}.json`)).json, {
      sid,
      account_sid: api.main.sid,
      call_sid: callSid,
      conference_sid: null,
      status: 'completed',
      source: 'RecordVerb',
      channels: 1,
      track: 'inbound',
      start_time: 'Thu, 15 Jan 2026 12:00:00 +0000',
      duration: '4',
      date_created: 'Thu, 15 Jan 2026 12:00:00 +0000',
      date_updated: 'Thu, 15 Jan 2026 12:00:05 +0000',
      error_code: null,
      price: null,
      price_unit: null,
      api_version: '2012-04-24',
      media_url: `${base}/Recordings/${sid}`,
      uri: `${base}/Recordings/${sid}.json`,
    });
  });

  it('are listed for the account, for a call as a filter, and below a call', async () => {
    const { sid: callSid } = putCall(api);
    const [old, young] = [put(), put({ callSid, dateCreated: NOON + 1 })];
    put({ accountSid: api.stranger.sid });
    const sids = async (path: string) => sidsIn(await api.request('GET', path), 'recordings');
    assert.deepEqual(await sids('Recordings.json'), [young.sid, old.sid]);
    assert.deepEqual(await sids(`Recordings.json?CallSid=${callSid}`), [young.sid]);
    assert.deepEqual(await sids(`Calls/${callSid}/Recordings.json`), [young.sid]);
    assert.equal((await api.request('GET', `Calls/${callSid}/Recordings/${young.sid}.json`)).status, 200);
    assert.equal((await api.request('GET', `Calls/${callSid}/Recordings/${old.sid}.json`)).status, 404);
    assert.equal((await api.request('GET', `Calls/${old.callSid}/Recordings.json`)).status, 404);
    assert.equal((await api.request('GET', 'Recordings.json?CallSid=x')).status, 400);
  });

  it('are removed with their sound, but not while they are made', async () => {
    const [done, running] = [put(), put({ status: 'in-progress' })];
    assert.equal((await api.request('DELETE', `Recordings/${done.sid}.json`)).status, 204);
    assert.equal((await api.request('GET', `Recordings/${done.sid}.json`)).status, 404);
    assert.deepEqual([...api.sounds.files.keys()], []);
    const refused = await api.request('DELETE', `Recordings/${running.sid}.json`);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /Only a finished recording can be removed/);
  });

  it('of a conference are listed by a filter', async () => {
    const conferenceSid = `CF${'c'.repeat(32)}`;
    const [inRoom] = [put({ conferenceSid }), put()];
    const reply = await api.request('GET', `Recordings.json?ConferenceSid=${conferenceSid}`);
    assert.deepEqual(sidsIn(reply, 'recordings'), [inRoom.sid]);
    assert.equal((await api.request('GET', 'Recordings.json?ConferenceSid=')).status, 400);
  });

  it('of two channels give their sound in one when RequestedChannels says so', async () => {
    const [dual, mono] = [put({ channels: 2 }), put()];
    api.sounds.files.set(`${dual.sid}.mixed.wav`, Buffer.from('RIFFmixed'));
    const text = async (path: string) => (await api.request('GET', path)).text;
    assert.equal(await text(`Recordings/${dual.sid}.wav?RequestedChannels=1`), 'RIFFmixed');
    assert.equal(await text(`Recordings/${dual.sid}.wav?RequestedChannels=2`), String(WAV));
    assert.equal(await text(`Recordings/${dual.sid}.wav`), String(WAV));
    assert.equal(await text(`Recordings/${mono.sid}.wav?RequestedChannels=1`), String(WAV));
    const two = await api.request('GET', `Recordings/${mono.sid}.wav?RequestedChannels=2`);
    assert.equal(two.status, 404);
    const bad = await api.request('GET', `Recordings/${mono.sid}.wav?RequestedChannels=3`);
    assert.deepEqual([bad.status, api.sounds.opened], [400, 0]);
  });

  it('give their sound as WAV and as MP3', async () => {
    const { sid } = put();
    assert.deepEqual(await sound(`Recordings/${sid}.wav`), [
      200,
      'RIFF0123456789',
      'audio/wav',
      '14',
      null,
      'bytes',
    ]);
    assert.deepEqual(await sound(`Recordings/${sid}.mp3`), [200, 'ID3', 'audio/mpeg', '3', null, 'bytes']);
    assert.deepEqual(await sound(`Recordings/${sid}.wav`, {}, 'HEAD'), [
      200,
      '',
      'audio/wav',
      '14',
      null,
      'bytes',
    ]);
    assert.equal(api.sounds.opened, 0);
  });

  it('give their sound as WAV at the address without an ending, whoever asks', async () => {
    const { sid } = put();
    const accepts = [
      '*/*',
      'application/json, text/plain, */*',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
      'audio/webm,audio/ogg,audio/wav,audio/*;q=0.9,application/ogg;q=0.7,*/*;q=0.5',
      'audio/mpeg',
    ];
    for (const Accept of accepts) {
      const reply = await sound(`Recordings/${sid}`, { Accept });
      assert.deepEqual(reply, [200, 'RIFF0123456789', 'audio/wav', '14', null, 'bytes'], Accept);
    }
    for (const prefix of ['2010-04-01', 'api/2012-04-24', 'restcomm/2012-04-24']) {
      const reply = await sound(`/${prefix}/Accounts/${api.main.sid}/Recordings/${sid}`, {}, 'HEAD');
      assert.deepEqual(reply, [200, '', 'audio/wav', '14', null, 'bytes'], prefix);
    }
  });

  it('give their sound behind an old address, which ended with .wav', async () => {
    const { sid } = put();
    const types = await Promise.all(
      ['.wav.mp3', '.wav.wav', '.mp3.wav', '.ogg'].map(async (ending) => {
        const [status, , type] = await sound(`Recordings/${sid}${ending}`);
        return [ending, status, status === 200 ? type : undefined];
      }),
    );
    assert.deepEqual(types, [
      ['.wav.mp3', 200, 'audio/mpeg'],
      ['.wav.wav', 200, 'audio/wav'],
      ['.mp3.wav', 404, undefined],
      ['.ogg', 404, undefined],
    ]);
  });

  it('are shown as JSON or XML to those who name it, in the path or as the only thing that they take', async () => {
    const { sid } = put();
    const at = `/2012-04-24/Accounts/${api.main.sid}`;
    const shown = async (path: string, Accept = '*/*') => {
      const { status, headers, text } = await api.request('GET', `${at}${path}`, { headers: { Accept } });
      return [status, headers.get('content-type'), text.includes(sid)];
    };
    const [json, xml] = ['application/json; charset=utf-8', 'application/xml; charset=utf-8'];
    assert.deepEqual(await shown(`/Recordings/${sid}.json`), [200, json, true]);
    assert.deepEqual(await shown(`/Recordings.json/${sid}`), [200, json, true]);
    assert.deepEqual(await shown(`/Recordings/${sid}.xml`), [200, xml, true]);
    assert.deepEqual(await shown(`/Recordings/${sid}.xml`, 'application/json'), [200, xml, true]);
    assert.deepEqual(await shown(`/Recordings/${sid}`, 'application/json'), [200, json, true]);
    assert.deepEqual(await shown(`/Recordings/${sid}`, 'text/xml, application/xml'), [200, xml, true]);
    const { text } = await api.request('GET', `Recordings/${sid}.xml`);
    assert.equal(/<Uri>(.*)<\/Uri>/.exec(text)?.[1], `${at}/Recordings/${sid}.xml`);
    assert.equal(/<MediaUrl>(.*)<\/MediaUrl>/.exec(text)?.[1], `${at}/Recordings/${sid}`);
  });

  it('give a part of their sound', async () => {
    const { sid } = put();
    const path = `Recordings/${sid}.wav`;
    const { headers } = await api.request('GET', path);
    const etag = headers.get('etag') ?? '';
    assert.deepEqual(await sound(path, { Range: 'bytes=4-6' }), [
      206,
      '012',
      'audio/wav',
      '3',
      'bytes 4-6/14',
      'bytes',
    ]);
    assert.deepEqual((await sound(path, { Range: 'bytes=99-' })).slice(0, 1), [416]);
    assert.deepEqual((await sound(path, { Range: 'bytes=99-' }))[4], 'bytes */14');
    assert.deepEqual((await sound(path, { Range: 'bytes=4-6', 'If-Range': etag }))[0], 206);
    assert.deepEqual((await sound(path, { Range: 'bytes=4-6', 'If-Range': '"other"' }))[0], 200);
    assert.deepEqual((await sound(path, { 'If-None-Match': etag, 'Cache-Control': '' }))[0], 304);
    assert.equal(api.sounds.opened, 0);
  });

  it('have no sound before they are completed, and none that was lost', async () => {
    const [running, absent, lost] = [put({ status: 'in-progress' }), put({ status: 'absent' }), put()];
    api.sounds.files.clear();
    for (const { sid } of [running, absent, lost]) {
      assert.equal((await sound(`Recordings/${sid}.wav`))[0], 404);
    }
  });

  it('give their sound only to those who may read them', async () => {
    const { sid } = put();
    const path = `/2012-04-24/Accounts/${api.main.sid}/Recordings/${sid}.wav`;
    assert.equal((await fetch(`${api.url}${path}`)).status, 401);
    assert.equal((await api.request('GET', path, { as: api.stranger })).status, 404);
    assert.equal((await api.request('GET', path)).status, 200);
    assert.equal((await api.request('POST', path)).status, 405);
  });
});

describe('Recordings with RECORDING_AUTH=off', () => {
  it('give their sound to whoever knows the address, and nothing else', async () => {
    const api = await startFakeApi(openSounds);
    try {
      const { sid } = putRecording(api);
      api.sounds.files.set(`${sid}.wav`, WAV);
      const path = `${api.url}/2012-04-24/Accounts/${api.main.sid}/Recordings/${sid}`;
      assert.equal((await fetch(`${path}.wav`)).status, 200);
      assert.deepEqual(
        await Promise.all(
          ['', '.json', '.xml'].map(async (ending) => (await fetch(`${path}${ending}`)).status),
        ),
        [200, 401, 401],
      );
      assert.equal((await fetch(path, { headers: { Accept: 'application/json' } })).status, 401);
    } finally {
      await api.close();
    }
  });
});

describe('A Range header', () => {
  for (const [header, range] of [
    ['', 'whole'],
    ['bytes=0-', { start: 0, end: 9 }],
    ['bytes=3-5', { start: 3, end: 5 }],
    ['bytes=3-99', { start: 3, end: 9 }],
    ['bytes=-4', { start: 6, end: 9 }],
    ['bytes=-40', { start: 0, end: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=5-3', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['lines=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
  ] as const) {
    it(`"${header}" of 10 bytes asks for ${JSON.stringify(range)}`, () => {
      assert.deepEqual(rangeOf(header, 10), range);
    });
  }
});
