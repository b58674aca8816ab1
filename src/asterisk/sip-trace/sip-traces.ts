import type { StoredLeg } from '../../call/journal-store.ts';
import type { SipMessage, SipTrace, SipTraceMode } from '../../call/sip-trace.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import { Dialog, DialogPool } from './dialogs.ts';
import type { HepPacket } from './hep.ts';
import { TracedLegs } from './traced-legs.ts';
import { messagesIn, readSipHead } from './sip-text.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface SipTracesOptions {
  readonly mode: SipTraceMode;
  readonly keep: (trace: SipTrace) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The requests that calls are made of, and their responses; registrations and subscriptions are no part of a call. */
const OF_CALLS = new Set(['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE', 'INFO', 'REFER', 'NOTIFY']);
const SWEEP_MS = 1_000;
/** After a leg's end: for the response to a BYE, and repeats. */
const SETTLED_MS = 3_000;
/** How long what belongs to no leg is held: its leg may be about to be made. */
const UNMATCHED_MS = 60_000;
/** How long an ended leg is held: with `problems`, another leg of its call may still end badly. */
const ENDED_MS = { all: 60_000, problems: 600_000 } as const;

/**
 * The SIP messages of running legs, and of those that ended lately, matched by Call-ID. Kept in the database a few
 * seconds after a leg's end: every leg's with `all`, with `problems` those of calls of which a leg ended badly.
 *
 * A dialog is *unmatched* until its leg is known, then *matched*; it is *kept* (again when more came since) and at last
 * forgotten. What a process has not kept yet goes with it when it is killed.
 */
export class SipTraces {
  readonly #options: SipTracesOptions;
  readonly #unmatched: DialogPool;
  readonly #matched: DialogPool;
  readonly #legs = new TracedLegs();
  #cancelSweep: (() => void) | undefined;
  #isClosed = false;

  constructor(
    options: SipTracesOptions,
    limits?: { readonly unmatchedBytes: number; readonly matchedBytes: number },
  ) {
    this.#options = options;
    const { unmatchedBytes = 8_000_000, matchedBytes = 32_000_000 } = limits ?? {};
    this.#unmatched = new DialogPool(unmatchedBytes, () => undefined);
    this.#matched = new DialogPool(matchedBytes, (dialog) => this.#keepIfWanted(dialog));
  }

  /** Asterisk has sent or received something. */
  heard(packet: HepPacket): void {
    if (this.#isClosed) return;
    const text = packet.payload.toString('latin1');
    for (const one of packet.transport === 'tcp' ? messagesIn(text) : [text]) this.#heardMessage(packet, one);
  }

  /** A channel's Call-ID. The channels of outbound legs are named after their leg; those of inbound legs tell theirs later. */
  channel(channelId: string, sipCallId: string): void {
    const callSid = /^(CA[0-9a-f]{32})\./.exec(channelId)?.[1] ?? this.#legs.ofChannel(channelId, sipCallId);
    if (callSid !== undefined) this.#match(sipCallId, callSid);
  }

  /** A leg has a new state; `hasProblem`: a notification of it was written. */
  leg({ leg, state, endedBy }: StoredLeg, hasProblem: boolean): void {
    const sipCallId = this.#legs.learn(leg, state, this.#options.clock.steady());
    const isBad = hasProblem || endedBy === 'network' || (state.phase === 'ended' && endedBadly(state));
    if (isBad) this.#legs.markBad(leg.sid);
    if (sipCallId !== undefined) this.#match(sipCallId, leg.sid);
    this.#adopt(leg.sid);
    this.#sweepSoon();
  }

  /** Something that the author of an application should read was written about a leg. */
  problem(callSid: string): void {
    this.#legs.markBad(callSid);
  }

  /** What is in memory of these legs. */
  of(callSids: readonly string[]): readonly SipTrace[] {
    const wanted = new Set(callSids);
    return this.#matched.all().flatMap((dialog) => {
      const leg =
        dialog.callSid === undefined || !wanted.has(dialog.callSid)
          ? undefined
          : this.#legs.get(dialog.callSid);
      return leg === undefined ? [] : [dialog.trace(leg)];
    });
  }

  /** Keeps what is to be kept and was not yet. Hears nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelSweep?.();
    await Promise.all(this.#matched.all().map((dialog) => this.#keepIfWanted(dialog)));
  }

  #heardMessage({ at, source, destination, transport }: HepPacket, bytes: string): void {
    const head = readSipHead(bytes);
    if (head === undefined || !OF_CALLS.has(head.method)) return;
    const message: SipMessage = {
      at,
      source,
      destination,
      transport: head.transport ?? transport,
      text: Buffer.from(withoutSecrets(bytes), 'latin1').toString('utf8'),
    };
    const pool = this.#matched.has(head.callId) ? this.#matched : this.#unmatched;
    pool.add(head.callId, message, this.#options.clock.steady());
    this.#sweepSoon();
  }

  #match(sipCallId: string, callSid: string): void {
    this.#legs.name(callSid, sipCallId);
    this.#adopt(callSid);
  }

  /** Moves what was heard of a leg's Call-IDs to it, once both the leg and its Call-IDs are known. */
  #adopt(callSid: string): void {
    if (this.#legs.get(callSid) === undefined) return;
    for (const sipCallId of this.#legs.callIdsOf(callSid)) {
      if (this.#matched.has(sipCallId)) continue;
      const dialog = this.#unmatched.take(sipCallId) ?? new Dialog(sipCallId, this.#options.clock.steady());
      dialog.callSid = callSid;
      this.#matched.put(dialog);
    }
  }

  #sweepSoon(): void {
    if (this.#cancelSweep !== undefined || this.#isClosed) return;
    this.#cancelSweep = this.#options.clock.after(SWEEP_MS, () => {
      this.#cancelSweep = undefined;
      this.#sweep();
      if (this.#matched.size + this.#unmatched.size + this.#legs.size > 0) this.#sweepSoon();
    });
  }

  #sweep(): void {
    const now = this.#options.clock.steady();
    this.#unmatched.forget((dialog) => dialog.lastAt < now - UNMATCHED_MS);
    for (const dialog of this.#matched.all()) {
      const leg = dialog.callSid === undefined ? undefined : this.#legs.get(dialog.callSid);
      if (leg?.endedAt === undefined || Math.max(leg.endedAt, dialog.lastAt) > now - SETTLED_MS) continue;
      void this.#keepIfWanted(dialog);
    }
    const gone = this.#legs.forgetEndedBefore(now - ENDED_MS[this.#options.mode]);
    this.#matched.forget(({ callSid }) => callSid === undefined || gone.has(callSid));
  }

  async #keepIfWanted(dialog: Dialog): Promise<void> {
    const leg = dialog.callSid === undefined ? undefined : this.#legs.get(dialog.callSid);
    if (leg === undefined || dialog.isKept || dialog.isEmpty) return;
    if (this.#options.mode === 'problems' && !this.#legs.isBad(leg.sid)) return;
    dialog.isKept = true;
    try {
      await this.#options.keep(dialog.trace(leg));
    } catch (error) {
      dialog.isKept = false;
      this.#options.log.debug({ callSid: leg.sid, reason: String(error) }, 'A SIP trace could not be kept');
    }
  }
}

function endedBadly(state: Extract<StoredLeg['state'], { readonly phase: 'ended' }>): boolean {
  return ['failed', 'busy', 'no-answer'].includes(state.status) || state.cause.noMedia === true;
}
