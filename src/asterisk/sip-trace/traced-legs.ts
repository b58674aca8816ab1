import type { Direction, Leg, LegState } from '../../call/leg/leg.ts';

/** A leg whose SIP messages are traced. */
export interface TracedLeg {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: Direction;
  /** The first leg of its call, as far as it is known. */
  readonly root: string;
  readonly channelId: string | undefined;
  /** By the steady clock. */
  endedAt: number | undefined;
}

/** More channels than Asterisk is given. */
const MOST_CHANNELS = 10_000;

/** The legs of the calls that run or ended lately, with their Call-IDs. */
export class TracedLegs {
  readonly #legs = new Map<string, TracedLeg>();
  readonly #callIds = new Map<string, Set<string>>();
  /** The Call-IDs of channels whose leg is not known yet. */
  readonly #channels = new Map<string, string>();
  readonly #channelLegs = new Map<string, string>();
  /** First legs of calls in which something went wrong. */
  readonly #bad = new Set<string>();

  get size(): number {
    return this.#legs.size;
  }

  get(callSid: string): TracedLeg | undefined {
    return this.#legs.get(callSid);
  }

  /** Notes the leg as it is now; its Call-ID, when that is known. */
  learn(leg: Leg, state: LegState, now: number): string | undefined {
    const { sid, accountSid, direction, parentCallSid, channelId } = leg;
    let known = this.#legs.get(sid);
    if (known === undefined) {
      const root = parentCallSid === undefined ? sid : (this.#legs.get(parentCallSid)?.root ?? parentCallSid);
      known = { sid, accountSid, direction, root, channelId, endedAt: undefined };
      this.#legs.set(sid, known);
      if (channelId !== undefined) this.#channelLegs.set(channelId, sid);
    }
    if (state.phase === 'ended') known.endedAt ??= now;
    const told = 'sipCallId' in state ? state.sipCallId : undefined;
    return told ?? (channelId === undefined ? undefined : this.#takeChannel(channelId));
  }

  /** The leg of an inbound channel; when it is not known yet, the Call-ID waits for it. */
  ofChannel(channelId: string, sipCallId: string): string | undefined {
    const callSid = this.#channelLegs.get(channelId);
    if (callSid !== undefined) return callSid;
    this.#channels.set(channelId, sipCallId);
    const [oldest] = this.#channels.keys();
    if (this.#channels.size > MOST_CHANNELS && oldest !== undefined) this.#channels.delete(oldest);
    return undefined;
  }

  /** This Call-ID is one of the leg's. */
  name(callSid: string, sipCallId: string): void {
    const callIds = this.#callIds.get(callSid);
    if (callIds === undefined) this.#callIds.set(callSid, new Set([sipCallId]));
    else callIds.add(sipCallId);
    const [oldest] = this.#callIds.keys();
    // Of a leg that never comes, because its call was refused.
    if (this.#callIds.size > this.#legs.size + MOST_CHANNELS && oldest !== undefined)
      this.#callIds.delete(oldest);
  }

  callIdsOf(callSid: string): Iterable<string> {
    return this.#callIds.get(callSid) ?? [];
  }

  markBad(callSid: string): void {
    const leg = this.#legs.get(callSid);
    if (leg !== undefined) this.#bad.add(leg.root);
  }

  isBad(callSid: string): boolean {
    const leg = this.#legs.get(callSid);
    return leg !== undefined && this.#bad.has(leg.root);
  }

  /** Forgets calls all of whose legs ended before then; returns these legs. */
  forgetEndedBefore(before: number): ReadonlySet<string> {
    const running = new Set<string>();
    for (const { root, endedAt } of this.#legs.values()) {
      if (endedAt === undefined || endedAt > before) running.add(root);
    }
    const gone = new Set<string>();
    for (const { sid, root, channelId } of this.#legs.values()) {
      if (running.has(root)) continue;
      gone.add(sid);
      this.#legs.delete(sid);
      this.#callIds.delete(sid);
      this.#bad.delete(root);
      if (channelId !== undefined) this.#channelLegs.delete(channelId);
    }
    return gone;
  }

  #takeChannel(channelId: string): string | undefined {
    const sipCallId = this.#channels.get(channelId);
    this.#channels.delete(channelId);
    return sipCallId;
  }
}
