import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../src/clock.ts';
import { loudness, toneMs } from '../../../src/phone/tones.ts';
import type { PlayableSound } from '../../../src/media/sound/playable-sound.ts';
import { toolRunner } from '../../../src/media/tool-process.ts';
import { openRealSounds, SETUP_TIMEOUT_MS, type RealSounds } from './real-sounds.ts';
import { NEVER, wavOf } from './sound-builders.ts';

const OPUS = fileURLToPath(new URL('tone-440-hz-1-s.opus', import.meta.url));

describe('<Play> by the real sox', () => {
  let real: RealSounds;
  before(async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    real = await openRealSounds();
  });
  after(() => real.remove());

  /** Three seconds of 440 Hz in a format, by sox itself. */
  const tone = async (format: readonly string[]): Promise<Buffer> => {
    const args = ['-V1', '-n', ...format, '-', 'synth', '3', 'sine', '440', 'gain', '-6'];
    const runTool = toolRunner(systemClock);
    const made = await runTool(real.tools.sox, args, {
      timeoutMs: 10_000,
      maxOutputBytes: 50_000_000,
      signal: NEVER,
    });
    assert.ok(made.ok, made.ok ? '' : made.detail);
    return made.stdout;
  };
  const assertTone = async (sound: PlayableSound, ms: number): Promise<void> => {
    const samples = await real.samplesOf(sound);
    const lasts = samples.length / 8;
    assert.ok(Math.abs(lasts - ms) <= 100, `lasts ${lasts} ms`);
    assert.ok(toneMs(samples, 440) >= ms - 150, `${toneMs(samples, 440)} ms of 440 Hz`);
    assert.ok(Math.abs(loudness(samples) - 11_600) < 1500, `loudness ${loudness(samples)}`);
  };

  const formats: [name: string, format: readonly string[], contentType?: string][] = [
    ['WAV, 44.1 kHz stereo 16 bit', ['-r', '44100', '-c', '2', '-b', '16', '-t', 'wav']],
    ['WAV, 8 kHz mono 8 bit', ['-r', '8000', '-c', '1', '-b', '8', '-t', 'wav']],
    ['WAV, 48 kHz, six channels, 24 bit', ['-r', '48000', '-c', '6', '-b', '24', '-t', 'wav']],
    [
      'WAV, 16 kHz, floating point',
      ['-r', '16000', '-c', '1', '-b', '32', '-e', 'floating-point', '-t', 'wav'],
    ],
    ['WAV, µ-law', ['-r', '8000', '-c', '1', '-e', 'mu-law', '-t', 'wav']],
    ['WAV, A-law', ['-r', '8000', '-c', '1', '-e', 'a-law', '-t', 'wav']],
    ['WAV, GSM', ['-r', '8000', '-c', '1', '-e', 'gsm-full-rate', '-t', 'wav']],
    ['MP3, 44.1 kHz stereo', ['-r', '44100', '-c', '2', '-t', 'mp3']],
    ['MP3, 8 kHz mono', ['-r', '8000', '-c', '1', '-t', 'mp3']],
    ['Ogg Vorbis, 44.1 kHz stereo', ['-r', '44100', '-c', '2', '-t', 'ogg']],
    ['FLAC, 96 kHz stereo', ['-r', '96000', '-c', '2', '-t', 'flac']],
    ['AU, 44.1 kHz stereo', ['-r', '44100', '-c', '2', '-b', '16', '-t', 'au']],
    ['raw GSM', ['-r', '8000', '-c', '1', '-t', 'gsm'], 'audio/x-gsm'],
  ];
  for (const [name, format, contentType] of formats) {
    it(`plays 440 Hz as 440 Hz: ${name}`, async () => {
      await assertTone(await real.play(await tone(format), contentType), 3000);
    });
  }

  it('plays 440 Hz as 440 Hz: Ogg Opus', async () => {
    await assertTone(await real.play(await readFile(OPUS)), 1000);
  });

  const lengths: [name: string, length: (real: number) => number][] = [
    ['0', () => 0],
    ['4294967295', () => 0xff_ff_ff_ff],
    ['2147479552, as espeak-ng says', () => 0x7f_ff_f0_00],
    ['three times as much', (real) => real * 3],
  ];
  for (const [name, length] of lengths) {
    it(`plays a WAV to its end that says a wrong length: ${name}`, async () => {
      const wav = wavOf(sine3s());
      const data = wav.length - 44;
      wav.writeUInt32LE(length(data), 4);
      wav.writeUInt32LE(length(data), 40);
      await assertTone(await real.play(wav), 3000);
    });
  }

  it('does not play what follows the samples of a WAV', async () => {
    const list = Buffer.concat([
      Buffer.from('LIST'),
      Buffer.from([0, 0x40, 0, 0]),
      Buffer.alloc(0x4000, 0x7f),
    ]);
    await assertTone(await real.play(Buffer.concat([wavOf(sine3s()), list])), 3000);
  });

  it('plays an MP3 behind a picture of 300 kB', async () => {
    // The length of an ID3 tag: four times seven bits.
    const tag = Buffer.concat([
      Buffer.from('ID3\x03\x00\x00\x00\x12\x3f\x7f', 'latin1'),
      Buffer.alloc(303_103),
    ]);
    await assertTone(
      await real.play(Buffer.concat([tag, await tone(['-r', '44100', '-c', '2', '-t', 'mp3'])])),
      3000,
    );
  });

  it('plays a file that breaks off as far as it goes', async () => {
    for (const type of ['mp3', 'flac']) {
      const whole = await tone(['-r', '44100', '-c', '2', '-t', type]);
      const samples = await real.samplesOf(await real.play(whole.subarray(0, Math.floor(whole.length / 2))));
      assert.ok(toneMs(samples, 440) > 500, `${type}: ${toneMs(samples, 440)} ms`);
    }
  });

  it('makes the same bytes of the same sound', async () => {
    const stereo = await tone(['-r', '44100', '-c', '2', '-b', '16', '-t', 'wav']);
    const other = await openRealSounds();
    assert.deepEqual(
      await real.fileOf(await real.play(stereo)),
      await other.fileOf(await other.play(stereo)),
    );
    await other.remove();
  });

  const broken: [name: string, body: () => Buffer, message: RegExp][] = [
    ['a WAV without a format', () => Buffer.from('RIFF....WAVEdata....noise'), /cannot be decoded as wav$/],
    [
      'an ID3 tag and nothing else',
      () => Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1'),
      /cannot be decoded as mp3$/,
    ],
    ['FLAC that is noise', () => Buffer.from(`fLaC${'noise'.repeat(100)}`), /cannot be decoded as flac$/],
    ['a WAV without samples', () => wavOf(new Int16Array(0)), /has no sound in it$/],
    ['11 minutes', () => wavOf(new Int16Array(660 * 8000)), /is longer than 10 minutes$/],
  ];
  for (const [name, body, message] of broken) {
    it(`refuses ${name}`, async () => {
      const sound = await real.play(body());
      assert.match(sound.ok ? 'played' : sound.message, message);
    });
  }
});

function sine3s(): Int16Array {
  return Int16Array.from({ length: 24_000 }, (_, i) =>
    Math.round(16_400 * Math.sin((2 * Math.PI * 440 * i) / 8000)),
  );
}
