import { Readable } from 'node:stream';
import type { OpenSound, RecordedSounds } from '../../src/api/recordings/sounds.ts';
import type { OwnedRecording, SoundFormat } from '../../src/call/recording/recording-files.ts';

const MP3 = Buffer.from('ID3');

/** The sound of recordings in memory, by `RE….wav`; nothing in it at first. Each is `ID3` as an MP3. */
export class FakeRecordedSounds implements RecordedSounds {
  readonly files = new Map<string, Buffer>();
  /** How many files are open: none must stay so. */
  opened = 0;

  async open({ sid }: OwnedRecording, format: SoundFormat, mixed?: 'mixed'): Promise<OpenSound | undefined> {
    const wav = this.files.get(mixed === undefined ? `${sid}.wav` : `${sid}.mixed.wav`);
    const body = wav !== undefined && format === 'mp3' ? MP3 : wav;
    if (body === undefined) return undefined;
    this.opened += 1;
    const close = async () => {
      this.opened -= 1;
    };
    const createReadStream = ({ start, end }: { start: number; end: number }) => {
      const stream = Readable.from([body.subarray(start, end + 1)]);
      stream.on('close', () => void close());
      return stream;
    };
    return { bytes: body.length, file: { createReadStream, close } };
  }

  async remove(sid: string): Promise<void> {
    this.files.delete(`${sid}.wav`);
  }
}
