import { giveUpLeg } from '../../call/outbound-leg.ts';
import { newSid } from '../../call/sids.ts';
import { beginLeg } from './dial-legs.ts';
import { type NounLeg, type Progress, saveProgress } from './dial-progress.ts';
import { screen } from './dial-screening.ts';
import { firstAnswer, type GivingUp } from './dial-waits.ts';
import type { DialNoun, DialVerb } from './dial.ts';
import type { DialContext } from './dial-state.ts';

/** Rings all nouns at once, or each in its turn, until one answers; goes on where a restart stopped it. */
export async function ringAll(
  verb: DialVerb,
  context: DialContext,
  progress: Progress,
  chosen: readonly string[],
): Promise<void> {
  const inTurn = verb.sequential ? 1 : verb.nouns.length;
  let sids = chosen;
  for (let from = 0; from < verb.nouns.length; from += inTurn) {
    if (progress.winner !== undefined) return;
    const turn = verb.nouns.slice(from, from + inTurn);
    const legsOfTurn = () => progress.legs.filter(({ noun }) => turn.includes(noun));
    const made = legsOfTurn();
    // When the caller has gone nobody new is called; who rings since before a restart is given up below.
    const missing = context.signal.aborted ? [] : turn.slice(made.length);
    if (missing.length === 0 && made.every(({ live }) => live.state.phase === 'ended')) continue;
    if (made.length === 0 && sids.length === 0) progress.ringingSince = context.clock.now();
    await makeLegs(missing, sids, verb, context, progress);
    sids = [];
    await ring(legsOfTurn(), verb, context, progress);
  }
}

/** Makes legs for these nouns; their CallSids are kept before the first of them exists. */
async function makeLegs(
  nouns: readonly DialNoun[],
  chosen: readonly string[],
  verb: DialVerb,
  context: DialContext,
  progress: Progress,
): Promise<void> {
  const sids = nouns.map((_noun, index) => chosen[index] ?? newSid('CA'));
  await saveProgress(progress, context, sids);
  const begun = await Promise.all(
    nouns.map((noun, index) => beginLeg(verb, noun, sids[index] as string, context)),
  );
  progress.legs.push(...begun.filter((leg) => leg !== undefined));
}

/** Waits until one of these legs is answered or none can be any more. */
async function ring(
  legs: readonly NounLeg[],
  verb: DialVerb,
  context: DialContext,
  progress: Progress,
): Promise<void> {
  const { clock, signal } = context;
  const race = await firstAnswer(
    legs.map((leg) => ({
      live: leg.live,
      ...(leg.noun.screening === undefined
        ? {}
        : { screen: (decided: AbortSignal) => screen(leg, context, progress, decided) }),
    })),
    {
      clock,
      signal,
      timeoutS: verb.timeoutS,
      since: progress.ringingSince,
      giveUp: (live, how) => void giveUpLeg(context, live, how),
    },
  );
  const winner = legs.find(({ live }) => live === race.winner);
  if (winner === undefined) return giveUpAll(legs, race.others, context);
  progress.winner = winner;
  context.live.outbound = winner.live;
}

/** Gives up those that the Dial still has; resolves when they have ended. */
export async function giveUpAll(
  legs: readonly NounLeg[],
  how: GivingUp,
  context: DialContext,
): Promise<void> {
  const ours = legs.filter(({ live }) => !live.taken.aborted);
  await Promise.all(ours.map(({ live }) => giveUpLeg(context, live, how)));
}
