import { integer, readAttributes, text } from '../document/attributes.ts';
import { ERROR_CODES } from '../document/problem.ts';
import { endlessLoop, MOST_LOOPS, playLoop, type SoundingState, SOUNDING_STATE } from '../run/sounding.ts';
import { defineVerb } from '../document/verb.ts';
import { readSayText, type SayText } from './say-markup.ts';

/** `<Say>`: reads a text aloud. `loop` 0 goes on until the leg ends. */
export interface SayVerb extends SayText {
  readonly voice: string;
  readonly language: string;
  readonly loop: number;
}

const ATTRIBUTES = { voice: text('woman'), language: text('en'), loop: integer(1, 0, MOST_LOOPS) };

export const say = defineVerb<SayVerb, SoundingState>({
  name: 'Say',
  parse(element, context) {
    const attributes = readAttributes(element, ATTRIBUTES, context);
    const spoken = readSayText(element, context);
    if (spoken.text !== '') return { ...spoken, ...attributes };
    context.warn(element, 'has no text to say; it is skipped');
    return undefined;
  },
  state: SOUNDING_STATE,
  allowedIn: ['screening', 'wait', 'queue', 'whisper'],
  endsDocument: endlessLoop,
  async run(verb, context) {
    const { accountSid } = context.live.leg;
    const sound = await context.sounds.speak(verb, { accountSid, signal: context.signal });
    if (context.signal.aborted) return { kind: 'ended' };
    if (sound.ok && sound.unrendered !== undefined && !context.resumed) {
      await context.warn({ errorCode: ERROR_CODES.sayFailed, message: `Say: ${sound.unrendered}` });
    }
    if (sound.ok) return playLoop(sound.mediaUrl, verb.loop, context);
    await context.warn({ errorCode: ERROR_CODES.sayFailed, message: `Say failed: ${sound.message}` });
    return { kind: 'next', idle: true };
  },
});
