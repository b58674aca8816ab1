import type { Clock } from '../../concurrency/clock.ts';
import type { Callee, Callees, RungPhone } from '../simulated-switch/callees.ts';
import { pressKeys } from './press-keys.ts';
import type { PhoneBehaviour, Step } from './scenario.ts';

type DialStep = Extract<Step, { kind: 'dial' }>;

const SIP_STATUS = { busy: 486, decline: 603 } as const;
/** A phone begins to ring this long after the INVITE. */
const RINGS_AFTER_MS = 50;

export interface PhoneCastParts {
  readonly clock: Clock;
  /** Whether the call was asked for over REST: then its first leg rings a phone too. */
  readonly isApi: boolean;
  press(callSid: string, key: string): void;
  callerHangsUp(): void;
  /** A phone was rung of which no step says what it does. */
  unknown(callee: Callee): void;
}

/** The phones of a scenario: each does what the next `dial` step about it says, as soon as it is rung. */
export class PhoneCast implements Callees {
  readonly #parts: PhoneCastParts;
  readonly #steps: DialStep[];
  readonly #rung = new Map<DialStep, () => void>();
  readonly #waiting = new Map<DialStep, Promise<void>>();
  #rings = 0;

  constructor(steps: readonly Step[], parts: PhoneCastParts) {
    this.#parts = parts;
    this.#steps = steps.filter((step) => step.kind === 'dial');
    for (const step of this.#steps) {
      this.#waiting.set(step, new Promise((resolve) => this.#rung.set(step, resolve)));
    }
  }

  /** Resolves when the phone of this step has been rung. */
  wasRung(step: DialStep): Promise<void> {
    return this.#waiting.get(step) ?? Promise.resolve();
  }

  rung(phone: RungPhone): void {
    const index = this.#steps.findIndex(({ callee }) => isSame(callee, phone.callee));
    const [step] = index < 0 ? [] : this.#steps.splice(index, 1);
    if (step === undefined) return this.#parts.unknown(phone.callee);
    this.#rung.get(step)?.();
    this.#rings += 1;
    // The phone that a REST call rings talks to the document, and to nobody else at first.
    const isFirstLeg = this.#parts.isApi && this.#rings === 1;
    void this.#play(isFirstLeg ? { ...phone, talks: Promise.resolve() } : phone, step.behaviour);
  }

  async #play(phone: RungPhone, behaviour: PhoneBehaviour): Promise<void> {
    const { clock } = this.#parts;
    if (behaviour.does === 'fail' && behaviour.sipStatus === undefined && phone.callee.kind === 'client') {
      return phone.isNotRegistered();
    }
    await clock.sleep(RINGS_AFTER_MS, phone.gone);
    if (behaviour.does === 'fail') return phone.refuse(behaviour.sipStatus ?? 503);
    phone.ring();
    // It rings until somebody gives up.
    if (behaviour.does === 'no-answer') return;
    await clock.sleep(behaviour.afterMs, phone.gone);
    if (phone.gone.aborted) return;
    if (behaviour.does !== 'answer') return phone.refuse(SIP_STATUS[behaviour.does]);
    phone.answer();
    await Promise.all([this.#press(phone, behaviour), this.#talk(phone, behaviour)]);
  }

  async #press({ callSid, gone }: RungPhone, { presses }: PhoneBehaviour): Promise<void> {
    if (presses === undefined) return;
    const { clock } = this.#parts;
    await clock.sleep(presses.afterMs, gone);
    await pressKeys(presses.keys, (key) => this.#parts.press(callSid, key), clock, gone);
  }

  async #talk(phone: RungPhone, { talksMs, hangsUp }: PhoneBehaviour): Promise<void> {
    if (talksMs === undefined) return;
    const { clock } = this.#parts;
    await phone.talks;
    await clock.sleep(talksMs, phone.gone);
    if (phone.gone.aborted) return;
    if (hangsUp === 'caller') this.#parts.callerHangsUp();
    else phone.hangUp();
  }
}

function isSame(one: Callee, other: Callee): boolean {
  return one.kind === other.kind && comparable(one) === comparable(other);
}

/** A plus does not count in numbers; a SIP address is compared as far as the scenario writes it. */
function comparable({ kind, name }: Callee): string {
  if (kind === 'number') return name.replace(/^\+/, '');
  return kind === 'sip' ? name.replace(/[;?].*$/, '').toLowerCase() : name.toLowerCase();
}
