import { integer, readAttributes, text } from '../attributes.ts';
import { childElements, textOf } from '../parse-context.ts';
import { ERROR_CODES } from '../problem.ts';
import { endlessLoop, MOST_LOOPS, playLoop, type SoundingState, SOUNDING_STATE } from '../sounding.ts';
import { defineVerb } from '../verb.ts';

/** `<Say>`: reads a text aloud. `loop` 0 goes on until the leg ends. */
export interface SayVerb {
  readonly text: string;
  readonly voice: string;
  readonly language: string;
  readonly loop: number;
}

const ATTRIBUTES = { voice: text('woman'), language: text('en'), loop: integer(1, 0, MOST_LOOPS) };

export const say = defineVerb<SayVerb, SoundingState>({
  name: 'Say',
  parse(element, context) {
    const attributes = readAttributes(element, ATTRIBUTES, context);
    childElements(element, [], context);
    const spoken = textOf(element).replace(/\s+/g, ' ');
    if (spoken !== '') return { text: spoken, ...attributes };
    context.warn(element, 'has no text to say, it is skipped');
    return undefined;
  },
  state: SOUNDING_STATE,
  allowedIn: ['screening', 'wait'],
  endsDocument: endlessLoop,
  async run(verb, context) {
    const sound = await context.sounds.speak(verb.text, verb.voice, verb.language, context.signal);
    if (context.signal.aborted) return { kind: 'ended' };
    if (sound.ok) return playLoop(sound.mediaUrl, verb.loop, context);
    await context.warn({ errorCode: ERROR_CODES.sayFailed, message: `Say failed: ${sound.message}` });
    return { kind: 'next', idle: true };
  },
});
