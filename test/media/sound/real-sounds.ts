import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../src/clock.ts';
import type { PlayableSound } from '../../../src/media/sound/playable-sound.ts';
import type { SayEngineSetting } from '../../../src/media/speech/say-engine-setting.ts';
import { buildSounds, type PlayableSounds } from '../../../src/media/sounds.ts';
import { runtimeTools, type RuntimeTools } from '../../../src/bundled-asterisk/debian/tools.ts';
import { ASKER, openStore, wavOf } from './sound-builders.ts';

/** The first run on a machine fetches the packages. */
export const SETUP_TIMEOUT_MS = 600_000;

/** Sounds by the real espeak-ng and sox, in a store of their own. */
export interface RealSounds {
  readonly tools: RuntimeTools;
  readonly sounds: PlayableSounds;
  /** `<Play>` of a URL that serves this. */
  play(body: Buffer, contentType?: string): Promise<PlayableSound>;
  /** What Asterisk would fetch. */
  fileOf(sound: PlayableSound): Promise<Buffer>;
  /** Its samples, after a look at every field of the header. */
  samplesOf(sound: PlayableSound): Promise<Int16Array>;
  remove(): Promise<void>;
}

export async function openRealSounds(
  sayEngine: SayEngineSetting = { kind: 'espeak-ng' },
  commandEnv: Readonly<Record<string, string>> = {},
): Promise<RealSounds> {
  const tools = await runtimeTools();
  const { store, dir, remove } = await openStore(systemClock);
  let [urls, contentType] = [0, ''];
  let body: Buffer = Buffer.alloc(0);
  const download = () => Promise.resolve({ ok: true, unchanged: false, contentType, body } as const);
  const sounds = buildSounds({ ...tools, store, sayEngine, commandEnv, clock: systemClock, download });
  const fileOf = (sound: PlayableSound): Promise<Buffer> => {
    assert.ok(sound.ok, sound.ok ? '' : sound.message);
    return readFile(join(dir, sound.mediaUrl.split('/').at(-1) ?? ''));
  };
  return {
    tools,
    sounds,
    remove,
    fileOf,
    play(servedBody, servedType = '') {
      [urls, contentType] = [urls + 1, servedType];
      body = servedBody;
      return sounds.fetch(`http://app.example/${urls}`, ASKER);
    },
    async samplesOf(sound) {
      const wav = await fileOf(sound);
      const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
      assert.deepEqual(wav.subarray(0, 44), wavOf(samples).subarray(0, 44));
      assert.equal(sound.ok && sound.durationMs, Math.round(samples.length / 8));
      return samples;
    },
  };
}
