import { SAMPLE_RATE } from '../../src/phone/tones.ts';

/** Where in what was heard a sound is, and how alike they are: 1 is the same but for loudness, 0 is nothing. */
export interface Match {
  readonly likeness: number;
  /** Milliseconds from the beginning of what was heard. */
  readonly atMs: number;
}

/** So many samples are skipped at first; speech at 8 kHz is smooth enough to find the place again. */
const STRIDE = 4;
/** The last packet may be cut short, or lost in the hang-up. */
const CUT_SAMPLES = 320;

/** Finds a sound (16 bit, 8 kHz) in what was heard: the place with the highest normalised correlation. */
export function findSound(heard: Int16Array, sound: Int16Array): Match {
  let best = { likeness: 0, at: 0 };
  const look = (from: number, to: number, step: number) => {
    for (
      let at = Math.max(0, from);
      at <= Math.min(to, heard.length + CUT_SAMPLES - sound.length);
      at += step
    ) {
      const likeness = likenessAt(heard, sound, at);
      if (likeness > best.likeness) best = { likeness, at };
    }
  };
  look(0, heard.length, STRIDE);
  look(best.at - STRIDE, best.at + STRIDE, 1);
  return { likeness: best.likeness, atMs: (best.at * 1000) / SAMPLE_RATE };
}

function likenessAt(heard: Int16Array, sound: Int16Array, at: number): number {
  let [product, heardEnergy, soundEnergy] = [0, 0, 0];
  for (let i = 0; i < sound.length; i += 1) {
    const [one, other] = [heard[at + i] ?? 0, sound[i] ?? 0];
    product += one * other;
    heardEnergy += one * one;
    soundEnergy += other * other;
  }
  return heardEnergy === 0 || soundEnergy === 0 ? 0 : product / Math.sqrt(heardEnergy * soundEnergy);
}
