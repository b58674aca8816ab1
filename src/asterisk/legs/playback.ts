import type { NamedPlayback, PlayOutcome } from '../../call/call-control.ts';
import { AriError } from '../ari/ari-error.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import type { AriEvent } from '../ari/events.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** Some ends are never reported, so Asterisk is asked this often whether the playback still exists. */
const WATCH_MS = 10_000;
const HANGUP_GRACE_MS = 200;
const STOP_DEADLINE_MS = 2_000;
/** A URL without the characters that would split or end it: a comma begins another sound. */
const MEDIA_URL = /^https?:\/\/[^\s,"'<>\\\p{Cc}]+$/u;

/**
 * Asterisk copies the path of its cached file into a buffer that is as long as the URL (file.c, fileexists_core), so
 * a short URL is "not found". A fragment, which is never sent, makes the URL long enough.
 */
const SHORTEST_URL = 320;

interface Waiter {
  started: boolean;
  settle(outcome: PlayOutcome): void;
}

/** Plays sounds on legs; every playback ends with an outcome, even if Asterisk does not report its end. */
export class Playbacks {
  readonly #context: LegContext;
  readonly #waiters = new Map<string, Waiter>();

  constructor(context: LegContext) {
    this.#context = context;
  }

  onEvent(event: Extract<AriEvent, { type: 'playback-started' | 'playback-ended' }>): void {
    const waiter = this.#waiters.get(event.playbackId);
    if (waiter === undefined) return;
    if (event.type === 'playback-started') waiter.started = true;
    else if (!event.failed) waiter.settle('finished');
    // When a leg is hung up, its playback fails first, and the leg ends a moment later.
    else this.#context.clock.after(HANGUP_GRACE_MS, () => waiter.settle('failed'));
  }

  /** Never rejects. `failed`: Asterisk could not fetch or play it. */
  async play(
    leg: ControlledLeg,
    mediaUrl: string,
    signal: AbortSignal,
    named?: NamedPlayback,
  ): Promise<PlayOutcome> {
    if (!MEDIA_URL.test(mediaUrl)) return leg.ended.aborted ? 'gone' : 'failed';
    if (named?.resumes === true) {
      const outcome = await this.#goOn(leg, named.name, signal);
      if (outcome !== undefined) return outcome;
    }
    // A name is used only once.
    const playbackId = named?.resumes === false ? named.name : undefined;
    const file = this.#context.soundFile?.(mediaUrl);
    // Asterisk itself adds the ending of a file.
    const sound = file?.replace(/\.wav$/, '') ?? lengthened(mediaUrl);
    return this.playMedia(leg, `sound:${sound}`, signal, playbackId);
  }

  /** Waits for the end of what a former process began to play; undefined when it does not play any more. */
  async #goOn(leg: ControlledLeg, playbackId: string, signal: AbortSignal): Promise<PlayOutcome | undefined> {
    if (leg.ended.aborted) return 'gone';
    if (signal.aborted) return 'stopped';
    const waiting = this.#wait(playbackId, leg, signal);
    const waiter = this.#waiters.get(playbackId);
    if (waiter !== undefined) waiter.started = true;
    if (await this.#exists(playbackId)) return waiting;
    waiter?.settle('finished');
    const outcome = await waiting;
    return outcome === 'finished' ? undefined : outcome;
  }

  /** Plays one of Asterisk's own media, e.g. `sound:beep`, whose form is not checked. Never rejects. */
  async playMedia(
    leg: ControlledLeg,
    media: string,
    signal: AbortSignal,
    playbackId = `${leg.callSid}.${crypto.randomUUID()}`,
  ): Promise<PlayOutcome> {
    if (leg.departure !== undefined) await leg.departure;
    const { channelId } = leg;
    if (channelId === undefined || leg.ended.aborted) return 'gone';
    if (signal.aborted) return 'stopped';
    const waiting = this.#wait(playbackId, leg, signal);
    try {
      await this.#context.ari.run('channels', 'play', {
        channelId,
        playbackId,
        media,
      });
      // A stop that came before Asterisk had begun had no effect.
      if (signal.aborted) await this.#stop(playbackId, leg);
    } catch (error) {
      const code = error instanceof AriError ? error.code : 'unavailable';
      this.#waiters.get(playbackId)?.settle(code === 'gone' || code === 'conflict' ? 'gone' : 'failed');
    }
    return waiting;
  }

  #wait(playbackId: string, leg: ControlledLeg, signal: AbortSignal): Promise<PlayOutcome> {
    return new Promise((resolve) => {
      let stopTimer: () => void = () => undefined;
      let stopping = false;
      const gone = () => waiter.settle('gone');
      const stop = () => {
        stopping = true;
        stopTimer();
        stopTimer = this.#context.clock.after(STOP_DEADLINE_MS, () => waiter.settle('stopped'));
        void this.#stop(playbackId, leg);
      };
      const watch = () => {
        stopTimer = this.#context.clock.after(WATCH_MS, () => {
          void this.#exists(playbackId).then((exists) => {
            if (!exists) waiter.settle(waiter.started ? 'finished' : 'failed');
            else if (!stopping && this.#waiters.has(playbackId)) watch();
          });
        });
      };
      const waiter: Waiter = {
        started: false,
        settle: (outcome) => {
          if (!this.#waiters.delete(playbackId)) return;
          stopTimer();
          leg.ended.removeEventListener('abort', gone);
          signal.removeEventListener('abort', stop);
          resolve(stopping && outcome !== 'gone' ? 'stopped' : outcome);
        },
      };
      this.#waiters.set(playbackId, waiter);
      leg.ended.addEventListener('abort', gone);
      signal.addEventListener('abort', stop);
      watch();
    });
  }

  #stop(playbackId: string, { callSid }: ControlledLeg): Promise<boolean> {
    return attempt(this.#context, callSid, this.#context.ari.run('playbacks', 'stop', { playbackId }));
  }

  async #exists(playbackId: string): Promise<boolean> {
    try {
      await this.#context.ari.run('playbacks', 'get', { playbackId });
      return true;
    } catch (error) {
      return !(error instanceof AriError && error.code === 'gone');
    }
  }
}

function lengthened(url: string): string {
  return url.length >= SHORTEST_URL || url.includes('#') ? url : `${url}#`.padEnd(SHORTEST_URL, '-');
}
