import { type AttributeType, resolveUrl } from '../../document/attributes.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunContext } from '../../run/run-context.ts';
import { playLoop } from '../../run/sounding.ts';
import type { RingTone } from './types.ts';

/** Two letters each, as in ISO 3166 except for `uk`; asterisk-config/indications.conf has their tones. */
const RING_TONE_COUNTRIES: readonly string[] = (
  'us at au be bg br ch cl cn cz de dk ee es fi fr gr hu id il ' +
  'in it jp lt mx my nl no nz ph pl pt ru se sg th tw uk ve za'
).split(' ');

export const ringTone: AttributeType<RingTone | undefined> = {
  absent: undefined,
  allowed: `a country (${RING_TONE_COUNTRIES.join(', ')}) or the http or https URL of a sound`,
  read: (value, context) => {
    const country = value.toLowerCase();
    if (RING_TONE_COUNTRIES.includes(country)) return { country };
    // A relative URL needs a slash or a dot: a bare word is more likely a country that we do not know.
    const url = /[/.]/.test(value) ? resolveUrl(value, context.baseUrl) : undefined;
    return url === undefined ? undefined : { url };
  },
};

/** Lets the caller hear that it rings; returns a function that ends it and resolves when it is silent. */
export async function startRingback(
  tone: RingTone | undefined,
  context: RunContext,
): Promise<() => Promise<void>> {
  const { control, live } = context;
  // A caller whose leg is not answered yet hears its own phone's ringing tone.
  if (tone === undefined || 'country' in tone || live.state.phase !== 'in-progress') {
    await control.startRinging(live.sid, tone !== undefined && 'country' in tone ? tone.country : undefined);
    return () => control.stopRinging(live.sid);
  }
  const stop = new AbortController();
  const over = playRingTone(tone.url, context, AbortSignal.any([context.signal, stop.signal]));
  return async () => {
    stop.abort();
    await over;
    await control.stopRinging(live.sid);
  };
}

async function playRingTone(url: string, context: RunContext, signal: AbortSignal): Promise<void> {
  const sound = await context.sounds.fetch(url, { accountSid: context.live.leg.accountSid, signal });
  // The saved state is the Dial's, so after a restart the sound begins anew.
  const own = { savedState: undefined, resumed: false, saveState: () => Promise.resolve() };
  if (sound.ok && !signal.aborted) await playLoop(sound.mediaUrl, 0, { ...context, ...own, signal });
  if (signal.aborted) return;
  // If `playLoop` could not play it, it has said so itself.
  if (!sound.ok) {
    const message = `The ringTone cannot be played: ${sound.message}`;
    await context.warn({ errorCode: ERROR_CODES.playFailed, message, requestUrl: url });
  }
  await context.control.startRinging(context.live.sid);
}
