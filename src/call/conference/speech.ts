import type { Clock } from '../../concurrency/clock.ts';
import type { Talk } from '../answering-machine/answer-detector.ts';

/** A shorter sound is a click, and no speech. */
const SHORTEST_MS = 300;
/** A shorter pause belongs to the speech. */
const PAUSE_MS = 1_000;

/** Tells when a participant begins and stops to speak, from the sounds of its leg. */
export class Speech {
  readonly #clock: Clock;
  readonly #tell: (speaks: boolean) => void;
  #speaks = false;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, tell: (speaks: boolean) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  heard({ type }: Talk): void {
    this.#cancel();
    const speaks = type === 'begins';
    if (speaks === this.#speaks) return;
    this.#cancel = this.#clock.after(speaks ? SHORTEST_MS : PAUSE_MS, () => {
      this.#speaks = speaks;
      this.#tell(speaks);
    });
  }

  stop(): void {
    this.#cancel();
  }
}
