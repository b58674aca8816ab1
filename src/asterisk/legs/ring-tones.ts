import type { ControlledLeg } from './controlled-leg.ts';
import type { Playbacks } from './playback.ts';

interface RingTone {
  readonly stop: AbortController;
  readonly over: Promise<unknown>;
}

/** Ringing tones of other countries (indications.conf), which Asterisk plays like an endless sound. */
export class RingTones {
  readonly #playbacks: Playbacks;
  readonly #tones = new Map<string, RingTone>();

  constructor(playbacks: Playbacks) {
    this.#playbacks = playbacks;
  }

  start(leg: ControlledLeg, country: string): void {
    if (this.#tones.has(leg.callSid) || !/^[a-z]{2}$/.test(country)) return;
    const stop = new AbortController();
    const over = this.#playbacks.playMedia(leg, `tone:ring;tonezone=${country}`, stop.signal);
    this.#tones.set(leg.callSid, { stop, over });
    void over.then(() => this.#tones.delete(leg.callSid));
  }

  async stop(callSid: string): Promise<void> {
    const tone = this.#tones.get(callSid);
    tone?.stop.abort();
    await tone?.over;
  }
}
