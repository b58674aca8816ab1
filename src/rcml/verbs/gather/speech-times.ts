import type { Clock } from '../../../concurrency/clock.ts';

/** When speech begins and ends. Times in milliseconds. */
export interface SpeechRules {
  /** From the end of the prompt until somebody has begun to speak. */
  readonly waitMs: number;
  /** The silence that ends what is said. */
  readonly pauseMs: number;
  /** From the first word. */
  readonly longestMs: number;
}

/** Shorter sounds during a prompt are a cough, or the prompt itself in the caller's telephone. */
const SPEECH_IN_PROMPT_MS = 300;
/** After the prompt, a short "no" counts. It includes the silence after which the switch reports the end. */
const SPEECH_MS = 250;

/**
 * Says from when on sound is speech, and when it is over. `spoken`: somebody spoke; `nothing`: the time to begin is up;
 * `stopped`: nobody wants to know any more.
 */
export class SpeechTimes {
  readonly over: Promise<'spoken' | 'nothing' | 'stopped'>;
  readonly #rules: SpeechRules;
  readonly #clock: Clock;
  readonly #begun = new AbortController();
  #settle: (how: 'spoken' | 'nothing' | 'stopped') => void = () => undefined;
  #isOver = false;
  #prompting = true;
  /** Sound was reported: the ends of words are known. */
  #hasTalked = false;
  #talkingSince: number | undefined;
  #isLate = false;
  #stopCandidate: () => void = () => undefined;
  #stopWait: () => void = () => undefined;
  #stopPause: () => void = () => undefined;
  #stopLongest: () => void = () => undefined;

  constructor(rules: SpeechRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
    this.over = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Aborted when somebody has begun to speak. */
  get begun(): AbortSignal {
    return this.#begun.signal;
  }

  /** The caller makes a sound, or is silent again. */
  talks(isTalking: boolean): void {
    if (this.#isOver) return;
    this.#hasTalked ||= isTalking;
    if (isTalking) this.#begins();
    else this.#pauses();
  }

  /** The recognizer has understood something: that is speech, however short or quiet it is. */
  word(): void {
    if (this.#isOver) return;
    if (!this.#begun.signal.aborted) this.#isSpeech(this.#talkingSince ?? this.#clock.steady());
    // Too quiet for the switch: silence is then what comes after the last word.
    if (!this.#hasTalked) this.#pauses();
  }

  /** The recognizer knows that nothing more is said. */
  complete(): void {
    this.#end('spoken');
  }

  promptOver(): void {
    if (this.#isOver || !this.#prompting) return;
    this.#prompting = false;
    if (this.#begun.signal.aborted) return;
    this.#stopWait = this.#clock.after(this.#rules.waitMs, () => {
      // Whether a sound that has just begun is speech is not known yet.
      if (this.#talkingSince === undefined) this.#end('nothing');
      else this.#isLate = true;
    });
    if (this.#talkingSince !== undefined) this.#watch(this.#talkingSince);
  }

  stop(): void {
    this.#end('stopped');
  }

  #begins(): void {
    this.#stopPause();
    if (this.#talkingSince !== undefined) return;
    this.#talkingSince = this.#clock.steady();
    if (!this.#begun.signal.aborted) this.#watch(this.#talkingSince);
  }

  /** Sound that lasts is speech. */
  #watch(since: number): void {
    this.#stopCandidate();
    const needed = this.#prompting ? SPEECH_IN_PROMPT_MS : SPEECH_MS;
    this.#stopCandidate = this.#clock.after(Math.max(0, since + needed - this.#clock.steady()), () =>
      this.#isSpeech(since),
    );
  }

  #isSpeech(since: number): void {
    this.#stopCandidate();
    this.#stopWait();
    const left = this.#rules.longestMs - (this.#clock.steady() - since);
    this.#stopLongest = this.#clock.after(Math.max(0, left), () => this.#end('spoken'));
    this.#begun.abort();
  }

  #pauses(): void {
    this.#talkingSince = undefined;
    this.#stopCandidate();
    if (this.#begun.signal.aborted) {
      this.#stopPause();
      this.#stopPause = this.#clock.after(this.#rules.pauseMs, () => this.#end('spoken'));
    } else if (this.#isLate) this.#end('nothing');
  }

  #end(how: 'spoken' | 'nothing' | 'stopped'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const stop of [this.#stopCandidate, this.#stopWait, this.#stopPause, this.#stopLongest]) stop();
    this.#settle(how);
  }
}
