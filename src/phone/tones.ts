/** G.711 at 8 kHz, which is everything that the phones hear and say. */
export const SAMPLE_RATE = 8000;
/** One RTP packet of 20 ms. */
export const FRAME_SAMPLES = 160;
/** The µ-law code for zero. */
export const MU_LAW_SILENCE = 0xff;

const MU_LAW_BIAS = 0x84;
const MU_LAW_CLIP = 32_635;
/** A block whose root mean square (of 32767) is below this counts as silence; about -44 dBFS. */
const SILENCE_RMS = 200;
/** A block counts as the tone if the tone has this share of its energy (each half of a DTMF pair has 0.5). */
const TONE_SHARE = 0.4;

const DECODED = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + MU_LAW_BIAS) << ((bits & 0x70) >> 4);
  return (bits & 0x80) !== 0 ? MU_LAW_BIAS - magnitude : magnitude - MU_LAW_BIAS;
});

/** One 16-bit sample as a µ-law code (ITU-T G.711). */
export function encodeMuLawSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), MU_LAW_CLIP) + MU_LAW_BIAS;
  const exponent = 31 - Math.clz32(magnitude >> 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

export function encodeMuLaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, encodeMuLawSample);
}

export function decodeMuLaw(codes: Uint8Array): Int16Array {
  return Int16Array.from(codes, (code) => DECODED[code] ?? 0);
}

/** A sine; `from` is the number of samples already sent, so that frames join without a click. */
export function sine(
  hz: number,
  options: { from?: number; samples: number; amplitude?: number },
): Int16Array {
  const { from = 0, samples, amplitude = 10_000 } = options;
  const step = (2 * Math.PI * hz) / SAMPLE_RATE;
  return Int16Array.from({ length: samples }, (_, i) => Math.round(amplitude * Math.sin(step * (from + i))));
}

/** Goertzel: the share (0 to 1) of the block's energy that is at this frequency. */
export function toneShare(block: Int16Array, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE);
  let [last, beforeLast, energy] = [0, 0, 0];
  for (const sample of block) {
    [last, beforeLast] = [sample + coefficient * last - beforeLast, last];
    energy += sample * sample;
  }
  if (energy === 0) return 0;
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return Math.min(1, (2 * power) / (block.length * energy));
}

/** Root mean square of a block, 0 to 32767. */
export function loudness(block: Int16Array): number {
  let energy = 0;
  for (const sample of block) energy += sample * sample;
  return block.length === 0 ? 0 : Math.sqrt(energy / block.length);
}

/** The milliseconds in which this tone has at least that share of the energy, in blocks of 20 ms. */
export function toneMs(samples: Int16Array, hz: number, share = TONE_SHARE): number {
  return blocksMs(samples, (block) => loudness(block) >= SILENCE_RMS && toneShare(block, hz) >= share);
}

/** The milliseconds that are not silence, in blocks of 20 ms. */
export function soundMs(samples: Int16Array): number {
  return blocksMs(samples, (block) => loudness(block) >= SILENCE_RMS);
}

function blocksMs(samples: Int16Array, counts: (block: Int16Array) => boolean): number {
  let blocks = 0;
  for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
    if (counts(samples.subarray(at, at + FRAME_SAMPLES))) blocks += 1;
  }
  return (blocks * FRAME_SAMPLES * 1000) / SAMPLE_RATE;
}
