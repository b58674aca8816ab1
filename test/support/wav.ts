import { SAMPLE_RATE, sine } from '../../src/phone/tones.ts';

const HEADER_BYTES = 44;

/** A WAV file (8 kHz, mono, 16 bit) with so many seconds of a tone. */
export function wavOf(hz: number, seconds: number): Buffer {
  const samples = sine(hz, { samples: Math.round(seconds * SAMPLE_RATE) });
  const header = Buffer.alloc(HEADER_BYTES);
  const bytes = samples.length * 2;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, bytes)]);
}

/** The samples of a WAV file of 16 bit. */
export function samplesOf(wav: Buffer): Int16Array {
  const at = wav.indexOf('data', 12, 'latin1') + 8;
  return Int16Array.from({ length: (wav.length - at) >> 1 }, (_, i) => wav.readInt16LE(at + 2 * i));
}
