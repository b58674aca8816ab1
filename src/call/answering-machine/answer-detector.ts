import type { AnsweredBy, MachineDetection } from './machine-detection.ts';

/** What is heard of the other side of a leg. */
export type Talk =
  | { readonly type: 'begins' }
  /** Told a little after the fact, when it is certain; `durationMs` is without the silence that followed. */
  | { readonly type: 'ends'; readonly durationMs: number };

/** What decided. */
export type AnswerCause = 'long-speech' | 'short-speech' | 'no-speech' | 'message-end' | 'timeout';

export interface AnswerVerdict {
  readonly by: AnsweredBy;
  readonly cause: AnswerCause;
}

/** A stretch of voice, in milliseconds since the answer. */
export interface VoiceSpan {
  readonly from: number;
  readonly to: number;
}

/** How long a sound must last to be speech: a click is one loud frame. */
const SHORTEST_SPEECH_MS = 100;
/** How long after its end a sound is known to have ended; the order to the edge says so (`Talk`). */
export const TALK_ENDS_AFTER_MS = 200;
/** How much more silence than between two sentences ends a machine's greeting. */
const MESSAGE_END_EXTRA_MS = 800;

/**
 * Tells a person from a machine by the length of what they say first. It is told when sound begins and ends, and asked for
 * its verdict at the times that it names; all times are milliseconds since the answer. States: nothing heard yet → speech,
 * with pauses in it → a verdict; with `DetectMessageEnd`, a machine's greeting → its end.
 */
export class AnswerDetector {
  readonly #order: Pick<MachineDetection, 'mode' | 'thresholds'>;
  readonly #spans: VoiceSpan[] = [];
  /** When the sound that is heard now began. */
  #soundFrom: number | undefined;
  /** When speech began, and until when it is known to have lasted. */
  #speech: VoiceSpan | undefined;
  #isMachine = false;

  constructor(order: Pick<MachineDetection, 'mode' | 'thresholds'>) {
    this.#order = order;
  }

  /** Where something was heard, so far. */
  spans(at: number): readonly VoiceSpan[] {
    return this.#soundFrom === undefined ? this.#spans : [...this.#spans, { from: this.#soundFrom, to: at }];
  }

  heard(talk: Talk, at: number): void {
    if (talk.type === 'begins') {
      this.#soundFrom ??= at;
      return;
    }
    const from = this.#soundFrom;
    this.#soundFrom = undefined;
    if (from === undefined || talk.durationMs < SHORTEST_SPEECH_MS) return;
    const to = Math.min(at, from + talk.durationMs);
    this.#spans.push({ from, to });
    this.#speech = { from: this.#speech?.from ?? from, to };
  }

  /** What is known at this time; undefined: not enough yet. */
  verdict(at: number): AnswerVerdict | undefined {
    const { mode, thresholds } = this.#order;
    if (!this.#isMachine && this.#soundsLikeMachine(at)) this.#isMachine = true;
    if (this.#isMachine) {
      if (mode === 'Enable') return { by: 'machine_start', cause: 'long-speech' };
      if (at >= this.#messageEnd()) return { by: 'machine_end_silence', cause: 'message-end' };
      return at >= thresholds.timeoutMs ? { by: 'machine_end_other', cause: 'timeout' } : undefined;
    }
    if (at >= this.#speechEnd()) return { by: 'human', cause: 'short-speech' };
    if (this.#isSilent && at >= thresholds.silenceMs) return { by: 'unknown', cause: 'no-speech' };
    return at >= thresholds.timeoutMs ? { by: 'unknown', cause: 'timeout' } : undefined;
  }

  /** When to ask for the verdict again if nothing is heard until then. */
  nextLook(at: number): number {
    const { timeoutMs, silenceMs } = this.#order.thresholds;
    const times = [
      timeoutMs,
      this.#isMachine ? this.#messageEnd() : this.#speechEnd(),
      this.#isMachine ? Number.POSITIVE_INFINITY : this.#machineFrom(),
      this.#isSilent ? silenceMs : Number.POSITIVE_INFINITY,
    ];
    return Math.min(...times.filter((time) => time > at), Math.max(timeoutMs, at));
  }

  /** Nothing was heard that is speech. */
  get #isSilent(): boolean {
    return this.#speech === undefined && this.#soundFrom === undefined;
  }

  #soundsLikeMachine(at: number): boolean {
    const { speechMs } = this.#order.thresholds;
    if (this.#speech !== undefined && this.#speech.to - this.#speech.from > speechMs) return true;
    return at >= this.#machineFrom();
  }

  /** From when on what is heard now is too long for a person. It must have lasted so long that it is no click. */
  #machineFrom(): number {
    if (this.#soundFrom === undefined) return Number.POSITIVE_INFINITY;
    const from = this.#speech?.from ?? this.#soundFrom;
    const noClick = this.#soundFrom + SHORTEST_SPEECH_MS + TALK_ENDS_AFTER_MS;
    return Math.max(from + this.#order.thresholds.speechMs, noClick);
  }

  #speechEnd(): number {
    return this.#silentSince() + this.#order.thresholds.speechEndMs;
  }

  #messageEnd(): number {
    return this.#silentSince() + this.#order.thresholds.speechEndMs + MESSAGE_END_EXTRA_MS;
  }

  /** Since when there is silence after speech; infinite: something is heard now, or nothing was heard yet. */
  #silentSince(): number {
    return this.#soundFrom === undefined && this.#speech !== undefined
      ? this.#speech.to
      : Number.POSITIVE_INFINITY;
  }
}
