import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaStore } from '../../../src/media/media-store.ts';
import type { FindOwnRecording } from '../../../src/media/own-recording.ts';
import type { Downloaded, DownloadLimits } from '../../../src/call/download.ts';
import { SoundFiles } from '../../../src/media/sound/sound-file.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { converterWith, fakeSox, ASKER, MEDIA_URL, openStore, wavOf } from './sound-builders.ts';

const URL_OF_SOUND = 'https://app.example/hello.wav';
const WAV = {
  ok: true,
  unchanged: false,
  contentType: 'audio/wav',
  body: wavOf(new Int16Array(8), 16_000),
} as const;

describe('<Play>', () => {
  let clock: FakeClock;
  let store: MediaStore;
  let remove: () => Promise<void>;
  let sox: ReturnType<typeof fakeSox>;
  let replies: Downloaded[];
  let asked: { readonly url: string; readonly limits: Omit<DownloadLimits, 'signal'> }[];
  let files: SoundFiles;

  beforeEach(async () => {
    clock = new FakeClock();
    ({ store, remove } = await openStore(clock));
    replies = [];
    asked = [];
    use(fakeSox({ ms: 2000 }));
  });
  afterEach(() => remove());

  function use(fake: ReturnType<typeof fakeSox>, ownRecording?: FindOwnRecording): void {
    sox = fake;
    files = new SoundFiles({
      clock,
      store,
      converter: converterWith(store, fake.runTool),
      ...(ownRecording === undefined ? {} : { ownRecording }),
      download(url, { signal, ...limits }) {
        assert.equal(signal.aborted, false);
        asked.push({ url, limits });
        return Promise.resolve(replies.shift() ?? { ok: false, message: 'was asked once too often' });
      },
    });
  }

  it('fetches the sound within limits and gives a URL that Asterisk can fetch', async () => {
    replies = [WAV];
    const sound = await files.fetch(URL_OF_SOUND, ASKER);
    assert.ok(sound.ok);
    assert.match(sound.mediaUrl, new RegExp(`^${MEDIA_URL}/media/[0-9a-f]{64}\\.wav$`));
    assert.deepEqual({ ...sound, mediaUrl: '' }, { ok: true, mediaUrl: '', durationMs: 2000, notes: [] });
    assert.deepEqual(asked, [{ url: URL_OF_SOUND, limits: { maxBytes: 52_428_800, timeoutMs: 30_000 } }]);
  });

  it('keeps a sound as it came that Asterisk can play', async () => {
    const body = wavOf(new Int16Array(8 * 250));
    replies = [{ ...WAV, body }];
    const sound = await files.fetch(URL_OF_SOUND, ASKER);
    assert.ok(sound.ok);
    assert.deepEqual([sound.durationMs, sox.runs.length], [250, 0]);
    assert.deepEqual(await readFile(store.fileOf(sound.mediaUrl) ?? ''), body);
  });

  it('fetches a URL once that several calls want at the same time', async () => {
    replies = [WAV];
    const sounds = await Promise.all([1, 2, 3].map(() => files.fetch(URL_OF_SOUND, ASKER)));
    assert.equal(new Set(sounds.map((sound) => JSON.stringify(sound))).size, 1);
    assert.equal(asked.length, 1);
  });

  describe('of a recording of ours', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'legwork-own-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const RECORDING = 'http://127.0.0.1:8080/2012-04-24/Accounts/AC1/Recordings/RE1';

    it('reads it from the disk, without asking the network, converted once', async () => {
      const path = join(folder, 'RE1.wav');
      await writeFile(path, wavOf(new Int16Array(8), 16_000));
      const seen: unknown[] = [];
      use(fakeSox({ ms: 2000 }), async (url, account) => {
        seen.push([url.href, account]);
        return { ok: true, sid: 'RE1', path };
      });
      const first = await files.fetch(RECORDING, ASKER);
      assert.ok(first.ok);
      assert.deepEqual([first.durationMs, seen], [2000, [[RECORDING, 'AC1']]]);
      await rm(path);
      assert.deepEqual(await files.fetch(`${RECORDING}.mp3`, ASKER), first);
      assert.deepEqual([asked.length, sox.runs.length], [0, 1]);
    });

    it('says why not, also when what was there a minute ago is not this account’s or was removed', async () => {
      const path = join(folder, 'RE1.wav');
      await writeFile(path, wavOf(new Int16Array(8), 16_000));
      let own: Awaited<ReturnType<FindOwnRecording>> = { ok: true, sid: 'RE1', path };
      use(fakeSox({ ms: 2000 }), async () => own);
      assert.equal((await files.fetch(RECORDING, ASKER)).ok, true);
      own = { ok: false, message: 'There is no such recording, or it was removed' };
      assert.deepEqual(await files.fetch(RECORDING, ASKER), {
        ok: false,
        message: `<Play> ${RECORDING}: There is no such recording, or it was removed`,
      });
      own = undefined;
      replies = [{ ok: false, message: 'The server answered with status 401' }];
      assert.deepEqual(await files.fetch(RECORDING, { ...ASKER, accountSid: 'AC2' }), {
        ok: false,
        message: `<Play> ${RECORDING}: The server answered with status 401`,
      });
    });

    it('says so when the file has gone, and with the password left out', async () => {
      use(fakeSox({ ms: 2000 }), async () => ({ ok: true, sid: 'RE1', path: join(folder, 'none.wav') }));
      assert.deepEqual(await files.fetch(RECORDING.replace('//', '//AC1:secret@'), ASKER), {
        ok: false,
        message: `<Play> ${RECORDING}: The recording cannot be read (ENOENT)`,
      });
    });
  });

  it('is not held up by another account whose 40 calls play from a server that hangs', async () => {
    const hanging: string[] = [];
    files = new SoundFiles({
      clock,
      store,
      converter: converterWith(store, sox.runTool),
      download(url, { signal }) {
        if (!url.includes('//hangs.')) return Promise.resolve(WAV);
        hanging.push(url);
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ ok: false, message: 'was stopped' })),
        );
      },
    });
    const playsOf = (accountSid: string, count: number) =>
      Array.from({ length: count }, (_, index) => {
        const call = new AbortController();
        const asker = { accountSid, signal: call.signal };
        return { call, sound: files.fetch(`http://hangs.example/${index}.wav`, asker) };
      });
    const plays = playsOf('AC2', 40);
    assert.equal((await files.fetch(URL_OF_SOUND, ASKER)).ok, true, 'of another account');
    assert.equal(
      (await files.fetch(URL_OF_SOUND, { ...ASKER, accountSid: 'AC2' })).ok,
      true,
      'at another host',
    );
    plays.push(...playsOf('AC3', 1));
    await waitUntil('AC3 asks that server for itself', () => hanging.length === 9);
    for (const { call } of plays) call.abort();
    for (const { sound } of plays) assert.equal((await sound).ok, false);
  });

  it('believes a server that says nothing for a minute, and does not convert the same bytes again', async () => {
    replies = [WAV, WAV];
    const first = await files.fetch(URL_OF_SOUND, ASKER);
    await clock.advance(59_999);
    assert.deepEqual(await files.fetch(URL_OF_SOUND, ASKER), first);
    assert.equal(asked.length, 1);
    await clock.advance(1);
    assert.deepEqual(await files.fetch(URL_OF_SOUND, ASKER), first);
    assert.deepEqual([asked.length, sox.runs.length], [2, 1]);
  });

  it('believes a server as long as it says, at most a day', async () => {
    replies = [
      { ...WAV, cacheControl: 'public, max-age=300' },
      { ...WAV, cacheControl: 'max-age=60, S-MaxAge=999999999' },
      WAV,
    ];
    await files.fetch(URL_OF_SOUND, ASKER);
    await clock.advance(299_999);
    await files.fetch(URL_OF_SOUND, ASKER);
    assert.equal(asked.length, 1);
    await clock.advance(1);
    await files.fetch(URL_OF_SOUND, ASKER);
    await clock.advance(24 * 3_600_000 - 1);
    await files.fetch(URL_OF_SOUND, ASKER);
    assert.equal(asked.length, 2);
    await clock.advance(1);
    await files.fetch(URL_OF_SOUND, ASKER);
    assert.equal(asked.length, 3);
  });

  it('asks each time where the server wants that, and keeps what was not modified', async () => {
    replies = [
      { ...WAV, cacheControl: 'no-cache', etag: '"1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      { ok: true, unchanged: true },
      { ...WAV, body: wavOf(new Int16Array(80), 16_000) },
    ];
    const first = await files.fetch(URL_OF_SOUND, ASKER);
    assert.deepEqual(await files.fetch(URL_OF_SOUND, ASKER), first);
    assert.deepEqual(asked[1]?.limits, {
      maxBytes: 52_428_800,
      timeoutMs: 30_000,
      etag: '"1"',
      lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT',
    });
    assert.notDeepEqual(await files.fetch(URL_OF_SOUND, ASKER), first);
  });

  it('asks each time where the server says "no-store", and again after "not modified"', async () => {
    replies = [
      { ...WAV, cacheControl: 'max-age=100', etag: '"1"' },
      { ok: true, unchanged: true },
      { ...WAV, cacheControl: 'no-store' },
      { ok: true, unchanged: true },
    ];
    await files.fetch(URL_OF_SOUND, ASKER);
    await clock.advance(100_000);
    const kept = await files.fetch(URL_OF_SOUND, ASKER);
    await clock.advance(99_999);
    assert.deepEqual(await files.fetch(URL_OF_SOUND, ASKER), kept);
    assert.equal(asked.length, 2);
    await clock.advance(1);
    await files.fetch(URL_OF_SOUND, ASKER);
    await files.fetch(URL_OF_SOUND, ASKER);
    assert.equal(asked.length, 4);
  });

  it('does not ask "modified?" when the sound has gone from the store', async () => {
    replies = [{ ...WAV, cacheControl: 'private', etag: '"1"' }, WAV];
    const first = await files.fetch(URL_OF_SOUND, ASKER);
    store.find = () => Promise.resolve(undefined);
    assert.deepEqual(await files.fetch(URL_OF_SOUND, ASKER), first);
    assert.deepEqual(asked[1]?.limits, { maxBytes: 52_428_800, timeoutMs: 30_000 });
  });

  const failures: [name: string, url: string, reply: Downloaded, message: string][] = [
    [
      'was not found',
      URL_OF_SOUND,
      { ok: false, message: 'answered 404' },
      `<Play> ${URL_OF_SOUND}: answered 404`,
    ],
    [
      'is a web page',
      URL_OF_SOUND,
      { ok: true, unchanged: false, contentType: 'text/html', body: Buffer.from('<html><body>Log in') },
      `<Play> ${URL_OF_SOUND} is not a sound: HTML (WAV, MP3, Ogg, FLAC, AU and GSM can be played)`,
    ],
    [
      'needs a password, which is not shown',
      'https://alice:secret@app.example/a.wav?x=1',
      { ok: false, message: 'answered 403' },
      '<Play> https://app.example/a.wav?x=1: answered 403',
    ],
  ];
  for (const [name, url, reply, message] of failures) {
    it(`tells the author when the file ${name}`, async () => {
      replies = [reply];
      assert.deepEqual(await files.fetch(url, ASKER), { ok: false, message });
    });
  }

  for (const url of ['hello.wav', 'file:///etc/passwd', 'ftp://app.example/a.wav', '']) {
    it(`fetches nothing for "${url}"`, async () => {
      assert.deepEqual(await files.fetch(url, ASKER), {
        ok: false,
        message: `<Play> ${url} is not an http or https URL`,
      });
      assert.deepEqual(asked, []);
    });
  }

  const conversions: [name: string, sox: Parameters<typeof fakeSox>[0], message: string][] = [
    ['is longer than 10 minutes', { ms: 600_001 }, 'is longer than 10 minutes'],
    ['is empty', { ms: 0 }, 'has no sound in it'],
    ['is broken', { fails: { ok: false, reason: 'failed', detail: 'oops' } }, 'cannot be decoded as wav'],
    ['takes too long', { fails: { ok: false, reason: 'timeout', detail: '' } }, 'took too long to convert'],
    [
      'cannot be converted without sox',
      { fails: { ok: false, reason: 'not-started', detail: 'spawn sox ENOENT' } },
      'cannot be converted: sox could not be started (spawn sox ENOENT)',
    ],
  ];
  for (const [name, answer, message] of conversions) {
    it(`tells the author when the sound ${name}, and leaves no file`, async () => {
      use(fakeSox(answer));
      replies = [WAV];
      assert.deepEqual(await files.fetch(URL_OF_SOUND, ASKER), {
        ok: false,
        message: `<Play> ${URL_OF_SOUND} ${message}`,
      });
      assert.equal(store.totalBytes, 0);
    });
  }

  it('plays a sound of exactly 10 minutes', async () => {
    use(fakeSox({ ms: 600_000 }));
    replies = [WAV];
    const sound = await files.fetch(URL_OF_SOUND, ASKER);
    assert.equal(sound.ok && sound.durationMs, 600_000);
  });

  it('tries again the next time after a failure', async () => {
    replies = [{ ok: false, message: 'answered 503' }, WAV];
    assert.equal((await files.fetch(URL_OF_SOUND, ASKER)).ok, false);
    assert.equal((await files.fetch(URL_OF_SOUND, ASKER)).ok, true);
  });

  it('does nothing for a call that has ended', async () => {
    assert.deepEqual(await files.fetch(URL_OF_SOUND, { ...ASKER, signal: AbortSignal.abort() }), {
      ok: false,
      message: 'stopped before the sound was ready',
    });
    assert.deepEqual(asked, []);
  });
});
