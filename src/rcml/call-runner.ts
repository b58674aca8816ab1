import type { HttpMethod, VoiceSettings } from '../call/leg.ts';
import type { LiveLeg } from '../call/live-leg.ts';
import { giveUpLeg } from '../call/outbound-leg.ts';
import { Interpreter, type InterpreterServices } from './interpreter.ts';
import type { Fallback, Step } from './position.ts';

/** A call's first document: asked for at an URL, or handed over as text. */
export type FirstDocument = { readonly url: string; readonly method: HttpMethod } | { readonly text: string };

export interface RunCallOptions extends InterpreterServices {
  /** An inbound leg that rings, or an outbound one that was answered. */
  readonly live: LiveLeg;
  readonly first: FirstDocument;
  readonly fallback?: Fallback;
  /** Told of what is a mistake of ours; the call has been ended then. */
  onBug(callSid: string, error: unknown): void;
}

/** Runs a whole call from its first document; resolves when the leg has ended and all was asked for. Never rejects. */
export async function runCall(options: RunCallOptions): Promise<void> {
  const { live, first, fallback } = options;
  try {
    const interpreter = new Interpreter(live, options, fallback);
    const step: Step =
      'url' in first ? interpreter.firstRequest(first.url, first.method) : startOf(first.text, options);
    await interpreter.run(step);
    if (!live.signal.aborted) throw new Error('The end of a call was not reported');
  } catch (error) {
    options.onBug(live.sid, error);
    await endAfterBug(options);
  }
}

/** What a number, client, application or API call has set, as the beginning of a call; undefined without a voice URL. */
export function callStart(
  voice: VoiceSettings,
): { readonly first: FirstDocument; readonly fallback?: Fallback } | undefined {
  if (voice.voiceUrl === undefined) return undefined;
  return {
    first: { url: voice.voiceUrl, method: voice.voiceMethod },
    ...(voice.voiceFallbackUrl === undefined
      ? {}
      : { fallback: { url: voice.voiceFallbackUrl, method: voice.voiceFallbackMethod } }),
  };
}

function startOf(text: string, { clock }: RunCallOptions): Step {
  const document = { text, contentType: 'text/xml' };
  return { kind: 'verb', document, index: 0, beganAt: clock.now(), skipDials: false };
}

async function endAfterBug(options: RunCallOptions): Promise<void> {
  try {
    const giveUp = { as: 'failed', why: 'A mistake inside Legwork ended the call' } as const;
    await giveUpLeg(options, options.live, giveUp, 'error');
  } catch (error) {
    options.onBug(options.live.sid, error);
  }
}
