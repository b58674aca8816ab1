import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import type { OpenSound, RecordedSounds } from '../../src/api/recordings/sounds.ts';
import { newSid } from '../../src/call/sids.ts';
import { wavOf } from './wav.ts';

/** The sound of recordings; none at first. */
export interface RecordedSoundsWorld {
  readonly sounds: RecordedSounds;
  /** The recording has this sound. */
  readonly addSound: (sid: string, wav: Buffer) => Promise<void>;
}

const WAV = wavOf(600, 0.5);

/** What REST relies on, be the sounds in a folder or in what stands for it in other tests. */
export function keepsToTheRecordedSoundsContract(the: () => RecordedSoundsWorld): void {
  const accountSid = newSid('AC');
  let sid: string;
  beforeEach(async () => {
    sid = newSid('RE');
    await the().addSound(sid, WAV);
  });

  it('opens the sound of a recording, whole or in part', async () => {
    const whole = await opened('wav');
    assert.equal(whole.bytes, WAV.length);
    assert.deepEqual(await read(whole, 0, WAV.length - 1), WAV);
    assert.deepEqual(await read(await opened('wav'), 4, 11), WAV.subarray(4, 12));
    assert.deepEqual(await read(await opened('wav'), 7, 7), WAV.subarray(7, 8));
  });

  it('has each recording as an MP3 too', async () => {
    const [first, second] = [await opened('mp3'), await opened('mp3')];
    assert.ok(first.bytes > 0);
    const mp3 = await read(first, 0, first.bytes - 1);
    assert.equal(mp3.length, first.bytes);
    assert.deepEqual(await read(second, 0, second.bytes - 1), mp3);
  });

  it('has no sound of a recording that it does not know', async () => {
    for (const format of ['wav', 'mp3'] as const) {
      assert.equal(await the().sounds.open({ sid: newSid('RE'), accountSid }, format), undefined);
    }
  });

  it('removes the sound in both formats, and what is not there', async () => {
    await (await opened('mp3')).file.close();
    for (const _again of [1, 2]) await the().sounds.remove(sid);
    for (const format of ['wav', 'mp3'] as const)
      assert.equal(await the().sounds.open({ sid, accountSid }, format), undefined);
  });

  it('gives the whole sound to those who had opened it before it was removed', async () => {
    const sound = await opened('wav');
    await the().sounds.remove(sid);
    assert.deepEqual(await read(sound, 0, sound.bytes - 1), WAV);
  });

  async function opened(format: 'wav' | 'mp3'): Promise<OpenSound> {
    const sound = await the().sounds.open({ sid, accountSid }, format);
    assert.ok(sound);
    return sound;
  }
}

function read({ file }: OpenSound, start: number, end: number): Promise<Buffer> {
  return buffer(file.createReadStream({ start, end }));
}
