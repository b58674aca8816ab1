import { compact } from '../../call/compact.ts';
import { type AttributeType, integer, readAttributes, resolveUrl } from '../document/attributes.ts';
import { childElements, textOf } from '../document/parse-context.ts';
import { ERROR_CODES } from '../document/problem.ts';
import type { Kept, RunContext, VerbOutcome } from '../run/run-context.ts';
import { endlessLoop, MOST_LOOPS, playLoop, type SoundingState, SOUNDING_STATE } from '../run/sounding.ts';
import { defineVerb } from '../document/verb.ts';

/** `<Play>`: sends DTMF, then plays a sound; at least one of the two. `loop` 0 goes on until the leg ends. */
export interface PlayVerb {
  readonly url?: string;
  readonly digits?: string;
  readonly loop: number;
}

/** DTMF with `w` for a pause of half a second. */
export const digitString: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: 'up to 200 of 0-9, *, #, A-D, and w for half a second',
  secret: true,
  read: (value) =>
    /^[\d*#A-DW]{1,200}$/i.test(value) ? value.toUpperCase().replaceAll('W', 'w') : undefined,
};

const ATTRIBUTES = { loop: integer(1, 0, MOST_LOOPS), digits: digitString };

export const play = defineVerb<PlayVerb, SoundingState>({
  name: 'Play',
  parse(element, context) {
    const { loop, digits } = readAttributes(element, ATTRIBUTES, context);
    childElements(element, [], context);
    const written = textOf(element);
    const url = resolveUrl(written, context.baseUrl);
    if (url === undefined && (written !== '' || digits === undefined)) {
      const what = written === '' ? 'has no URL' : 'has no http or https URL';
      context.warn(
        element,
        digits === undefined ? `${what}; it is skipped` : `${what}; only digits are sent`,
      );
      if (digits === undefined) return undefined;
    }
    return compact({ url, digits, loop });
  },
  state: SOUNDING_STATE,
  allowedIn: ['screening', 'wait', 'queue', 'whisper'],
  textIsUrl: true,
  endsDocument: endlessLoop,
  async run(verb, context) {
    // A saved round means that the digits were sent before the restart.
    if (verb.digits !== undefined && context.savedState === undefined) {
      await context.control.sendDigits(context.live.sid, verb.digits, context.signal);
      if (verb.url !== undefined && !context.signal.aborted) await context.saveState({ round: 1 });
    }
    if (context.signal.aborted) return { kind: 'ended' };
    return verb.url === undefined ? { kind: 'next' } : playUrl(verb.url, verb, context);
  },
});

async function playUrl(
  url: string,
  verb: PlayVerb,
  context: RunContext & Kept<SoundingState>,
): Promise<VerbOutcome> {
  const { accountSid } = context.live.leg;
  const sound = await context.sounds.fetch(url, { accountSid, signal: context.signal });
  if (context.signal.aborted) return { kind: 'ended' };
  if (sound.ok) return playLoop(sound.mediaUrl, verb.loop, context);
  const message = `Play failed: ${sound.message}`;
  await context.warn({ errorCode: ERROR_CODES.playFailed, message, requestUrl: url });
  return { kind: 'next', idle: verb.digits === undefined };
}
