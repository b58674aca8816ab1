import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** ast_dtmf_stream: how long the tone of a digit, the gap after it and the pause for a `w` last. */
const DIGIT_MS = 100;
const DIGIT_GAP_MS = 100;
/** How long Asterisk stays silent before the first digit. */
const BEFORE_DIGITS_MS = 100;
const PAUSE_MS = 500;

/** Sends DTMF (`0-9*#A-D`, `w` = 0.5 s pause) to the leg; resolves when it was sent, `signal` aborts or the leg ends. */
export async function sendDigits(
  context: LegContext,
  leg: ControlledLeg,
  digits: string,
  signal: AbortSignal,
): Promise<void> {
  const { callSid, channelId } = leg;
  if (channelId === undefined || !/^[0-9*#A-Dw]+$/i.test(digits)) return;
  const { ari, clock } = context;
  const stop = AbortSignal.any([signal, leg.ended]);
  // Digits of a document that was replaced may still be going out; these come after them.
  await clock.sleep(leg.sendsDigitsUntil - clock.steady(), stop);
  // While Asterisk sends digits, or waits for a `w`, it ignores a hang-up, so it gets only a few at a time.
  for (const part of digits.match(/w+|[^w]{1,5}/gi) ?? []) {
    if (stop.aborted) return;
    const isPause = /^w/i.test(part);
    const lengthMs = isPause ? part.length * PAUSE_MS : lengthOf(part);
    if (!isPause) {
      leg.sendsDigitsUntil = clock.steady() + lengthMs;
      const parameters = { channelId, dtmf: part, duration: DIGIT_MS, between: DIGIT_GAP_MS };
      await attempt(context, callSid, ari.run('channels', 'sendDTMF', parameters));
    }
    await clock.sleep(lengthMs, stop);
    if (!isPause && !stop.aborted && leg.isAnswered) await sent(context, callSid, channelId);
  }
}

/**
 * A busy Asterisk takes longer than it should, and a hang-up would come before the last digits. It does what it is
 * told about a channel in order, and replies to this, which does nothing to an answered leg, when that is its turn.
 */
async function sent(context: LegContext, callSid: string, channelId: string): Promise<void> {
  await attempt(context, callSid, context.ari.run('channels', 'answer', { channelId }));
}

/** How long Asterisk takes to send these digits, including the gap after the last one. */
function lengthOf(digits: string): number {
  return BEFORE_DIGITS_MS + digits.length * (DIGIT_MS + DIGIT_GAP_MS);
}
