import type { RecordOrder, RecordOutcome } from '../../call/call-control.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { RecordedContent } from './recordings.ts';
import { spokenMs } from './sounds.ts';

/** What was said into a recording that runs. */
interface SoundTrack {
  readonly beganAt: number;
  /** When the last word ends. */
  spokenUntil: number;
  spokenMs: number;
  readonly words: string[];
  /** Aborted, and replaced, when somebody begins to speak. */
  news: AbortController;
}

/** One leg as the switch knows it. */
export class SimulatedLeg {
  readonly callSid: string;
  /** Whether we placed it. */
  readonly isPlaced: boolean;
  answered = false;
  /** Keys are told to us. During a talk they are not, unless somebody asked for them. */
  tellsKeys = true;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  readonly #talks = new AbortController();
  readonly talks: Promise<void>;
  readonly #tracks = new Set<SoundTrack>();
  readonly #talkListeners = new Set<(isTalking: boolean) => void>();
  /** How many recordings of what it says run. */
  #recordings = 0;
  #listened: () => void = () => undefined;

  constructor(callSid: string, isPlaced: boolean, clock: Clock) {
    this.callSid = callSid;
    this.isPlaced = isPlaced;
    this.#clock = clock;
    this.talks = new Promise((resolve) => this.#talks.signal.addEventListener('abort', () => resolve()));
  }

  /** Aborted when it has ended. */
  get gone(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
  }

  /** It is connected to somebody. */
  beginsToTalk(): void {
    this.#talks.abort();
  }

  /** Waits; says what came between when something did. */
  async passes(ms: number, signal: AbortSignal): Promise<'stopped' | 'gone' | undefined> {
    await this.#clock.sleep(ms, AbortSignal.any([signal, this.gone]));
    if (signal.aborted) return 'stopped';
    return this.gone.aborted ? 'gone' : undefined;
  }

  /** Says something, which takes its time; resolves when it is said. It is heard only by those who listen then. */
  async speak(words: string): Promise<void> {
    const ms = spokenMs(words);
    for (const track of this.#tracks) {
      track.spokenUntil = this.#clock.steady() + ms;
      track.spokenMs += ms;
      track.words.push(words);
      const { news } = track;
      track.news = new AbortController();
      news.abort();
    }
    for (const listener of this.#talkListeners) listener(true);
    await this.#clock.sleep(ms, this.gone);
    for (const listener of this.#talkListeners) listener(false);
  }

  /** Tells when the party begins to speak and when it ceases, until `signal` aborts. */
  onTalk(listener: (isTalking: boolean) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#talkListeners.add(listener);
    signal.addEventListener('abort', () => this.#talkListeners.delete(listener), { once: true });
    this.#listened();
  }

  /** Resolves when it is being recorded. */
  isListenedTo(): Promise<void> {
    if (this.#recordings > 0 || this.#talkListeners.size > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#listened = resolve;
    });
  }

  /** Records what the party says, until the order or `signal` ends it, or the leg ends. */
  async record(
    { maxLengthS, silenceS }: RecordOrder,
    signal: AbortSignal,
  ): Promise<{ readonly outcome: RecordOutcome; readonly content: RecordedContent }> {
    const track = this.#track();
    const { beganAt } = track;
    this.#recordings += 1;
    this.#listened();
    const longest = beganAt + maxLengthS * 1000;
    let outcome: RecordOutcome | undefined;
    while (outcome === undefined) {
      const silent = silenceS === undefined ? longest : track.spokenUntil + silenceS * 1000;
      const over = Math.min(longest, silent);
      const cut = await this.passes(
        over - this.#clock.steady(),
        AbortSignal.any([signal, track.news.signal]),
      );
      if (signal.aborted) outcome = 'stopped';
      else if (cut === 'gone') outcome = 'gone';
      else if (cut === undefined) outcome = over === longest ? 'max-length' : 'silence';
    }
    this.#recordings -= 1;
    this.#tracks.delete(track);
    return { outcome, content: contentOf(track, this.#clock.steady()) };
  }

  /** Records what the party says, whatever else it does or hears, until `signal` aborts or the leg ends. */
  async listen(
    signal: AbortSignal,
  ): Promise<{ readonly outcome: 'stopped' | 'gone'; readonly content: RecordedContent }> {
    const track = this.#track();
    const cut = await this.passes(Number.MAX_SAFE_INTEGER, signal);
    this.#tracks.delete(track);
    return { outcome: cut ?? 'stopped', content: contentOf(track, this.#clock.steady()) };
  }

  #track(): SoundTrack {
    const beganAt = this.#clock.steady();
    const track = { beganAt, spokenUntil: beganAt, spokenMs: 0, words: [], news: new AbortController() };
    this.#tracks.add(track);
    return track;
  }
}

function contentOf({ beganAt, spokenMs: spoken, words }: SoundTrack, now: number): RecordedContent {
  return { durationMs: now - beganAt, spokenMs: spoken, words: words.join(' ') };
}
