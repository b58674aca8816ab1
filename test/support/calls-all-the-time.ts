import type { Phone } from '../../src/phone/phone.ts';
import { lasting } from './lasting.ts';

/** Calls a number again and again, without waiting for a call's end before the next. */
export class CallsAllTheTime {
  readonly #running: Promise<string>[] = [];
  readonly #calling: Promise<void>;
  #on = true;

  constructor(phone: Phone, number: string, perSecond: number) {
    this.#calling = this.#call(phone, number, perSecond);
  }

  /** Begins no further call; resolves when all are over, with how each one ended. */
  async stop(): Promise<readonly string[]> {
    this.#on = false;
    await this.#calling;
    return Promise.all(this.#running);
  }

  async #call(phone: Phone, number: string, perSecond: number): Promise<void> {
    while (this.#on) {
      const begun = lasting(1_000 / perSecond, () => phone.call(number));
      this.#running.push(begun.then((call) => call.ended).then(({ how }) => how));
      await begun;
    }
  }
}
