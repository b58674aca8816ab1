import type { CallControl, PlaceOrder, TrunkTarget } from '../call-control.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { newSid } from '../sids.ts';
import type { Release } from '../routing/trunk-channels.ts';
import { endCauseText } from './ended-by.ts';
import type { LegJournal } from './journal.ts';
import type { ReportedInput } from './leg.ts';
import type { LiveCalls } from './live-calls.ts';
import type { LiveLeg } from './live-leg.ts';
import { eventOf } from './media-lost.ts';
import type { EndCause } from './outcome.ts';

export interface TrunkTriesDeps {
  readonly calls: LiveCalls;
  readonly control: Pick<CallControl, 'place'>;
  readonly journal: LegJournal;
  readonly clock: Clock;
}

/** Q.850 3, no route: a trunk that does not answer our OPTIONS, or that Asterisk does not know. */
const NO_ROUTE = 3;
/** Twilio's code for a SIP peer that cannot be reached. */
const TRUNK_FAILED = 32011;

/**
 * Whether a trunk could not do its work, as opposed to telling us about the callee: 5xx, nothing within the time that it
 * has (408), or no way to it. 4xx and 6xx are answers.
 */
export function isTrunkFailure({ sipStatus, q850 }: EndCause): boolean {
  if (sipStatus === undefined) return q850 === NO_ROUTE;
  return sipStatus === 408 || (sipStatus >= 500 && sipStatus < 600);
}

/**
 * Places a leg by one trunk after the other, until one takes it. It stays one leg, whose timeline names each try that
 * failed; nobody else hears of them. What the last trunk says is how the leg ends.
 */
export class TrunkTries {
  readonly #deps: TrunkTriesDeps;
  readonly #live: LiveLeg;
  readonly #order: Omit<PlaceOrder, 'callSid' | 'target'>;
  #left: readonly TrunkTarget[];
  #current: TrunkTarget | undefined;
  #release: Release = () => undefined;
  #tried = 0;

  /** `targets`: the best first. */
  constructor(
    deps: TrunkTriesDeps,
    live: LiveLeg,
    targets: readonly TrunkTarget[],
    order: Omit<PlaceOrder, 'callSid' | 'target'>,
  ) {
    this.#deps = deps;
    this.#live = live;
    this.#order = order;
    this.#left = deps.calls.trunkHealth.ready(targets, deps.clock.steady());
  }

  /** Begins with the first trunk that has a free channel; returns why if there is none. */
  begin(): string | undefined {
    const [first] = this.#left;
    if (this.#placeNext()) {
      this.#live.tries = this;
      void this.#live.ended.then(() => this.#release());
      return undefined;
    }
    return `All ${first?.maxChannels} channels of trunk ${first?.trunkSid} are in use`;
  }

  /**
   * Hears what becomes of the leg before the leg does. True: the leg has been placed again, so that this end is not its
   * end. Called in the leg's order.
   */
  takes(input: ReportedInput): boolean {
    const trunk = this.#current;
    if (trunk === undefined) return false;
    const { calls, clock } = this.#deps;
    if (input.type === 'ring' || input.type === 'answer') calls.trunkHealth.worked(trunk.trunkSid);
    if (input.type !== 'end') return false;
    const { state } = this.#live;
    if (state.phase !== 'initiated' || state.giveUp !== undefined) return false;
    if (!isTrunkFailure(input)) {
      if (input.sipStatus !== undefined) calls.trunkHealth.worked(trunk.trunkSid);
      return false;
    }
    calls.trunkHealth.failed(trunk.trunkSid, clock.steady());
    this.#release();
    const isPlaced = this.#placeNext();
    if (isPlaced || this.#tried > 1) this.#tell(trunk, input, isPlaced ? this.#current : undefined);
    return isPlaced;
  }

  #placeNext(): boolean {
    const { calls, control } = this.#deps;
    for (let [target, ...left] = this.#left; target !== undefined; [target, ...left] = this.#left) {
      this.#left = left;
      const { trunkSid, maxChannels } = target;
      const release = calls.trunks.take(trunkSid, maxChannels);
      if (release === undefined) continue;
      this.#release = release;
      this.#current = target;
      // Written with the leg's next state.
      const { leg } = this.#live;
      if (leg.trunkSid !== trunkSid) this.#live.become({ ...leg, trunkSid });
      control.place({ ...this.#order, callSid: this.#live.sid, target, nth: this.#tried });
      this.#tried += 1;
      return true;
    }
    return false;
  }

  #tell(trunk: TrunkTarget, end: EndCause, next: TrunkTarget | undefined): void {
    const { sid: callSid, leg } = this.#live;
    // A 408 is mostly our own word for silence.
    const silence = end.sipStatus === 408 && end.why !== undefined ? `: ${end.why}` : '';
    const why = `${endCauseText(end) ?? 'no way to it'}${silence}`;
    const then =
      next === undefined ? 'there is no other trunk for it' : `the call goes on with trunk ${next.trunkSid}`;
    const notice = {
      sid: newSid('NO'),
      accountSid: leg.accountSid,
      callSid,
      at: this.#deps.clock.now(),
      level: 'warning',
      errorCode: TRUNK_FAILED,
      message: `Trunk ${trunk.trunkSid} did not take the call to ${trunk.number} (${why}); ${then}`,
    } as const;
    void this.#deps.journal.note(this.#live, { events: [eventOf(notice)], notifications: [notice] });
  }
}
