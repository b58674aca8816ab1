import type { Sound } from '../../call/sounds.ts';

/** A sound for Asterisk, with what the core's `Sound` does not ask for. */
export type PlayableSound =
  | (Extract<Sound, { ok: true }> & {
      readonly durationMs: number;
      /** What the application's author should know though it can be played: text cut, language not known … */
      readonly notes: readonly string[];
    })
  | Extract<Sound, { ok: false }>;

/** What is answered when the call ended, or the verb was stopped, before the sound was there. */
export const STOPPED: PlayableSound = { ok: false, message: 'stopped before the sound was ready' };

/** A failure with the verb that the application's author wrote in front. */
export function cannot(verb: 'Say' | 'Play', message: string): PlayableSound {
  return { ok: false, message: `<${verb}> ${message}` };
}
