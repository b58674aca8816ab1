import type { Sound } from '../../call/sounds.ts';

/** A sound for Asterisk, with more than the core's `Sound` asks for. */
export type PlayableSound =
  | (Extract<Sound, { ok: true }> & {
      readonly durationMs: number;
      /** What the application's author should know although it can be played: text cut, language not known … */
      readonly notes: readonly string[];
    })
  | Extract<Sound, { ok: false }>;

/** The result when the call ended, or the verb was stopped, before the sound was ready. */
export const STOPPED: PlayableSound = { ok: false, message: 'stopped before the sound was ready' };

/** A failure; its message begins with the verb that the application's author wrote. */
export function cannot(verb: 'Say' | 'Play', message: string): PlayableSound {
  return { ok: false, message: `<${verb}> ${message}` };
}
