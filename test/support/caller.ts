import type { Call } from '../../src/phone/call.ts';
import { SAMPLE_RATE, sine } from '../../src/phone/tones.ts';

type Speaker = Pick<Call, 'audio'>;

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;

/** Says a tone for so long, as the phone counts its packets, and is silent afterwards. */
export function says({ audio }: Speaker, hz: number, ms: number): Promise<void> {
  return audio.sendSamples(sine(hz, { from: 0, samples: ms * SAMPLES_PER_MS }));
}

/** Takes so long, as the phone counts its packets, before doing the next thing. For nothing else to happen, wait for that. */
export function hesitates({ audio }: Speaker, ms: number): Promise<void> {
  return audio.sendSamples(new Int16Array(ms * SAMPLES_PER_MS));
}
