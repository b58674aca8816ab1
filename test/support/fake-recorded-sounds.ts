import { Readable } from 'node:stream';
import type { OpenSound, RecordedSounds } from '../../src/api/recordings/sounds.ts';
import type { SoundFormat } from '../../src/call/recording/recording-files.ts';

/** The sound of recordings in memory, by `RE….wav` and `RE….mp3`; nothing in it at first. */
export class FakeRecordedSounds implements RecordedSounds {
  readonly files = new Map<string, Buffer>();
  /** How many files are open: none must stay so. */
  opened = 0;

  async open(sid: string, format: SoundFormat): Promise<OpenSound | undefined> {
    const body = this.files.get(`${sid}.${format}`);
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
    for (const format of ['wav', 'mp3']) this.files.delete(`${sid}.${format}`);
  }
}
