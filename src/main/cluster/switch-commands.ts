import type { Clock } from '../../concurrency/clock.ts';

/** What a switch says to a command about its rooms; JSON. */
export type SwitchReply = string | boolean | object;

export interface SwitchCommand {
  readonly switchId: string;
  readonly accountSid: string;
  readonly action: string;
  readonly values: Readonly<Record<string, string>>;
}

/** How long a command waits until somebody drives the switch. */
const WAIT_MS = 15_000;
const RETRY_MS = 300;

/** Sends commands to whichever node drives a switch. */
export class SwitchCommands {
  readonly #clock: Clock;
  #send: (command: SwitchCommand) => Promise<SwitchReply | undefined> = () => Promise.resolve(undefined);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Known later. `send` resolves to undefined when nobody drives the switch, or does not answer. */
  connect(send: (command: SwitchCommand) => Promise<SwitchReply | undefined>): void {
    this.#send = send;
  }

  /** Undefined: nobody could be asked within 15 s, or before the signal aborted. Never rejects. */
  async ask(command: SwitchCommand, signal?: AbortSignal): Promise<SwitchReply | undefined> {
    const deadline = this.#clock.steady() + WAIT_MS;
    for (;;) {
      const reply = await this.#send(command).catch(() => undefined);
      if (reply !== undefined || signal?.aborted === true || this.#clock.steady() > deadline) return reply;
      await this.#clock.sleep(RETRY_MS, signal);
    }
  }
}
