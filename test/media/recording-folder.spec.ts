import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { sine, soundMs, toneMs } from '../../src/phone/tones.ts';
import { RecordingFolder, type RecordingSource } from '../../src/media/recording-folder.ts';
import { toolRunner } from '../../src/media/tool-process.ts';
import { type RuntimeTools, runtimeTools } from '../../src/bundled-asterisk/debian/tools.ts';
import type { OwnedRecording } from '../../src/call/recording/recording-files.ts';
import { newSid } from '../../src/call/sids.ts';
import { keepsToTheRecordedSoundsContract } from '../support/recorded-sounds-contract.ts';
import { keepsToTheRecordingFilesContract } from '../support/recording-files-contract.ts';
import { samplesOf } from '../support/wav.ts';
import { wavOf } from './sound/sound-builders.ts';
import { SETUP_TIMEOUT_MS } from './sound/real-sounds.ts';

const TONE_HZ = 600;
const silence = (seconds: number) => new Int16Array(seconds * 8000);
const tone = (seconds: number, amplitude = 8000) => sine(TONE_HZ, { samples: seconds * 8000, amplitude });

function joined(...parts: readonly Int16Array[]): Buffer {
  return wavOf(Int16Array.from(parts.flatMap((part) => [...part])));
}

/** Stands for Asterisk: hands out sounds, until they are forgotten. */
class FakeSource implements RecordingSource {
  readonly files = new Map<string, Buffer>();
  fetched = 0;
  failure: string | undefined;

  async fetch(sid: string, path: string) {
    this.fetched += 1;
    if (this.failure !== undefined) {
      await writeFile(path, 'half of it');
      return { kind: 'away', why: this.failure } as const;
    }
    const body = this.files.get(sid);
    if (body === undefined) return { kind: 'missing' } as const;
    await writeFile(path, body);
    return { kind: 'fetched' } as const;
  }

  async forget(sid: string): Promise<void> {
    this.files.delete(sid);
  }
}

describe('The store of recordings', () => {
  let tools: RuntimeTools;
  let dir: string;
  let source: FakeSource;
  let store: RecordingFolder;
  const recording = { sid: newSid('RE'), accountSid: newSid('AC') };
  const { sid } = recording;

  before(async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    tools = await runtimeTools();
  });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'legwork-recordings-'));
    source = new FakeSource();
    store = await open();
  });
  afterEach(() => rm(dir, { recursive: true }));

  const open = (runTool = toolRunner(systemClock)) =>
    RecordingFolder.open({ dir, source, sox: tools.sox, runTool });

  async function bodyOf(format: 'wav' | 'mp3'): Promise<Buffer> {
    const sound = await store.open(recording, format);
    assert.ok(sound);
    const body = await sound.file.readFile();
    await sound.file.close();
    assert.equal(body.length, sound.bytes);
    return body;
  }

  describe('keeps to the contract that its fakes keep too: it', () => {
    keepsToTheRecordingFilesContract(() => ({
      files: store,
      asteriskRecorded: (recorded, what) =>
        void source.files.set(recorded, joined(what === 'silence' ? silence(2) : tone(2))),
      asteriskIsAway(why) {
        source.failure = why;
      },
    }));

    keepsToTheRecordedSoundsContract(() => ({
      sounds: store,
      addSound: (recorded, wav) => writeFile(join(dir, `${recorded}.wav`), wav),
    }));
  });

  it('fetches a recording from Asterisk, which then forgets it', async () => {
    const wav = joined(silence(1), tone(1));
    source.files.set(sid, wav);
    assert.deepEqual(await store.keep({ ...recording, trimSilence: false }), {
      kind: 'kept',
      durationMs: 2000,
    });
    assert.deepEqual(await bodyOf('wav'), wav);
    assert.deepEqual([...source.files.keys()], []);
    assert.deepEqual(await readdir(join(dir, 'work')), []);
  });

  it('gives the same when it is asked again, also by the next process', async () => {
    source.files.set(sid, joined(tone(1)));
    const [first, second] = await Promise.all([
      store.keep({ ...recording, trimSilence: false }),
      store.keep({ ...recording, trimSilence: false }),
    ]);
    store = await open();
    assert.deepEqual([second, await store.keep({ ...recording, trimSilence: false })], [first, first]);
    assert.equal(source.fetched, 1);
  });

  for (const [what, wav] of [
    ['nothing', joined()],
    ['silence', joined(silence(3))],
    ['the noise of a line', joined(tone(3, 100))],
    ['a click', joined(silence(1), tone(0.02), silence(1))],
  ] as const) {
    it(`says that there was only silence when there was ${what}`, async () => {
      source.files.set(sid, wav);
      assert.deepEqual(await store.keep({ ...recording, trimSilence: false }), { kind: 'silent' });
      assert.equal(await store.open(recording, 'wav'), undefined);
      await store.remove(sid);
      assert.deepEqual([...source.files.keys()], []);
    });
  }

  it('keeps a quiet voice', async () => {
    source.files.set(sid, joined(silence(2), tone(0.2, 300), silence(2)));
    assert.equal((await store.keep({ ...recording, trimSilence: false })).kind, 'kept');
  });

  it('says what Asterisk does not have, and what is no sound', async () => {
    assert.deepEqual(await store.keep({ ...recording, trimSilence: false }), {
      kind: 'missing',
      why: 'Asterisk has no file of this name',
    });
    source.files.set(sid, Buffer.from('not a sound at all, but text that is longer than a header'));
    assert.equal((await store.keep({ ...recording, trimSilence: false })).kind, 'missing');
  });

  it('keeps nothing of a download that broke off', async () => {
    source.failure = 'reset';
    assert.deepEqual(await store.keep({ ...recording, trimSilence: false }), { kind: 'away', why: 'reset' });
    assert.equal(await store.open(recording, 'wav'), undefined);
    assert.deepEqual(await readdir(join(dir, 'work')), []);
  });

  it('cuts silence off at both ends when asked to, and leaves the pauses', async () => {
    source.files.set(sid, joined(silence(1), tone(1), silence(1), tone(1), silence(2)));
    const kept = await store.keep({ ...recording, trimSilence: true });
    assert.ok(kept.kind === 'kept' && Math.abs(kept.durationMs - 3000) < 150, JSON.stringify(kept));
    const samples = samplesOf(await bodyOf('wav'));
    assert.ok(Math.abs(toneMs(samples, TONE_HZ) - 2000) < 100);
  });

  it('puts silence in where the recording was paused, and behind its end', async () => {
    source.files.set(sid, joined(tone(1), tone(1)));
    const silences = [
      { atMs: 1000, lengthMs: 700 },
      { atMs: 2100, lengthMs: 500 },
    ];
    const kept = await store.keep({ ...recording, trimSilence: false, silences });
    assert.deepEqual(kept, { kind: 'kept', durationMs: 3200 });
    const samples = samplesOf(await bodyOf('wav'));
    assert.equal(toneMs(samples, TONE_HZ), 2000);
    assert.equal(soundMs(samples.subarray(8 * 1000, 8 * 1700)) + soundMs(samples.subarray(8 * 2700)), 0);
  });

  it('reads a file whose header has no length, as after a crash of Asterisk', async () => {
    const wav = joined(tone(2));
    wav.writeUInt32LE(0, 40);
    source.files.set(sid, wav);
    assert.deepEqual(await store.keep({ ...recording, trimSilence: false }), {
      kind: 'kept',
      durationMs: 2000,
    });
    assert.ok((await bodyOf('mp3')).length > 1000);
  });

  it('makes an MP3 when somebody asks for it, once', async () => {
    assert.equal(await store.open(recording, 'mp3'), undefined);
    source.files.set(sid, joined(tone(3)));
    await store.keep({ ...recording, trimSilence: false });
    const [first, second] = await Promise.all([bodyOf('mp3'), bodyOf('mp3')]);
    assert.deepEqual(first, second);
    assert.ok(first.length > 2000 && first.length < 20_000, `${first.length} bytes`);
    assert.deepEqual((await readdir(dir)).filter((name) => name !== 'work').toSorted(), [
      `${sid}.mp3`,
      `${sid}.wav`,
    ]);
  });

  describe('while an account asks for more MP3s of long recordings than are made for it at once', () => {
    const neighbour = newSid('AC');
    let asked: Promise<unknown>;
    let release: () => void;

    beforeEach(async () => {
      const soxEnds = new Promise<void>((resolve) => (release = resolve));
      const long = Array.from({ length: 5 }, () => newSid('RE'));
      for (const one of long) await writeFile(join(dir, `${one}.wav`), joined(tone(1)));
      const run = toolRunner(systemClock);
      store = await open(async (tool, args, how) => {
        if (long.some((one) => args.some((arg) => arg.includes(one)))) await soxEnds;
        return run(tool, args, how);
      });
      asked = Promise.all(long.map((one) => mp3Bytes({ sid: one, accountSid: neighbour })));
    });
    afterEach(async () => {
      release();
      await asked;
    });

    async function mp3Bytes(of: OwnedRecording): Promise<number | undefined> {
      const sound = await store.open(of, 'mp3');
      await sound?.file.close();
      return sound?.bytes;
    }

    it('another one has its MP3 at once', async () => {
      source.files.set(sid, joined(tone(1)));
      await store.keep({ ...recording, trimSilence: false });
      assert.ok(((await mp3Bytes(recording)) ?? 0) > 1000);
    });

    it('its own recordings that have just ended are trimmed and merged at once', async () => {
      const ended = { sid, accountSid: neighbour, trimSilence: true, channels: 2 } as const;
      for (const side of [1, 2]) source.files.set(`${sid}-${side}`, joined(tone(1), silence(1)));
      const kept = await store.keep(ended);
      assert.ok(kept.kind === 'kept' && kept.durationMs < 1500, JSON.stringify(kept));
    });
  });

  it('removes a recording in all its forms', async () => {
    source.files.set(sid, joined(tone(1)));
    await store.keep({ ...recording, trimSilence: false });
    await bodyOf('mp3');
    await store.remove(sid);
    assert.deepEqual(await readdir(dir), ['work']);
  });

  it('forgets what a crash left half-written, and what was recorded only to be understood', async () => {
    await writeFile(join(dir, 'work', 'x.wav'), 'x');
    await writeFile(join(dir, `speech-${sid}.wav`), 'x');
    await writeFile(join(dir, `${sid}.wav`), joined(tone(1)));
    store = await open();
    assert.deepEqual((await readdir(dir)).toSorted(), [`${sid}.wav`, 'work']);
    assert.deepEqual(await readdir(join(dir, 'work')), []);
  });

  it('puts the two sides of a recording side by side, and forgets both in Asterisk', async () => {
    source.files.set(`${sid}-1`, joined(tone(1), silence(1)));
    source.files.set(`${sid}-2`, joined(silence(1), tone(1)));
    const kept = await store.keep({ ...recording, trimSilence: false, channels: 2 });
    assert.deepEqual(kept, { kind: 'kept', durationMs: 2000 });
    const both = samplesOf(await bodyOf('wav'));
    const side = (first: number) => both.filter((_sample, at) => at % 2 === first);
    const [left, right] = [side(0), side(1)];
    assert.deepEqual(
      [toneMs(left.subarray(0, 8000), TONE_HZ), toneMs(left.subarray(8000), TONE_HZ)],
      [1000, 0],
    );
    assert.deepEqual(
      [toneMs(right.subarray(0, 8000), TONE_HZ), toneMs(right.subarray(8000), TONE_HZ)],
      [0, 1000],
    );
    assert.deepEqual([...source.files.keys()], []);
  });

  it('misses a recording of which one side is missing', async () => {
    source.files.set(`${sid}-1`, joined(tone(1)));
    assert.equal((await store.keep({ ...recording, trimSilence: false, channels: 2 })).kind, 'missing');
  });
});
