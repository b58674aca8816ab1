import { giveUpLeg } from '../../../call/leg/hang-up.ts';
import type { HangUpReason } from '../../../call/call-control.ts';
import type { GiveUp } from '../../../call/leg/leg.ts';
import { newSid } from '../../../call/sids.ts';
import { beginLeg } from './place.ts';
import type { Begun } from './resume.ts';
import { screen } from './screen.ts';
import type { DialMemory } from './state.ts';
import type { DialContext, DialNoun, DialVerb, NounLeg } from './types.ts';

const CALLER_HAS_GONE: GiveUp = { as: 'canceled', why: 'The caller has gone' };
const ANOTHER_ANSWERED: GiveUp = { as: 'canceled', why: 'Another callee answered' };

/** How the ringing went: all legs that were rung, and the one that won, if any. */
export interface Rung {
  /** In the order of the nouns. */
  readonly legs: readonly NounLeg[];
  readonly winner?: NounLeg;
}

/** Rings all nouns at once, or each in its turn, until one answers; goes on where a restart stopped it. */
export async function ringAll(
  verb: DialVerb,
  begun: Begun,
  memory: DialMemory,
  context: DialContext,
): Promise<Rung> {
  const inTurn = verb.sequential ? 1 : verb.nouns.length;
  let { legs, chosen }: Pick<Begun, 'legs' | 'chosen'> = begun;
  for (let from = 0; from < verb.nouns.length; from += inTurn) {
    const turn = verb.nouns.slice(from, from + inTurn);
    const made = legs.filter(({ noun }) => turn.includes(noun));
    // When the caller has gone no further leg is rung; those that rang before a restart are given up below.
    const missing = context.signal.aborted ? [] : turn.slice(made.length);
    if (missing.length === 0 && made.every(({ live }) => live.state.phase === 'ended')) continue;
    const goesOn = made.length > 0 || chosen.length > 0;
    const since = (goesOn ? memory.state.ringingSince : undefined) ?? context.clock.now();
    const sids = missing.map((_noun, index) => chosen[index] ?? newSid('CA'));
    chosen = [];
    // The CallSids are kept before the first of the legs exists, so that a restart finds every leg.
    await memory.keep({ legs: [...legs.map(({ live }) => live.sid), ...sids], ringingSince: since });
    const added = await makeLegs(missing, sids, verb, context);
    legs = [...legs, ...added];
    const winner = await ring([...made, ...added], since, verb, memory, context);
    if (winner !== undefined) return { legs, winner };
  }
  return { legs };
}

async function makeLegs(
  nouns: readonly DialNoun[],
  sids: readonly string[],
  verb: DialVerb,
  context: DialContext,
): Promise<readonly NounLeg[]> {
  const begun = nouns.map((noun, index) => beginLeg(verb, noun, sids[index] as string, context));
  return (await Promise.all(begun)).filter((leg) => leg !== undefined);
}

/**
 * Waits for the winner: the first of these legs that is answered and, where it is screened, has passed. There is none when
 * no leg can win any more, the time is up (which does not end a screening) or the caller has gone; then all have ended.
 */
async function ring(
  legs: readonly NounLeg[],
  since: number,
  { timeoutS }: DialVerb,
  memory: DialMemory,
  context: DialContext,
): Promise<NounLeg | undefined> {
  const { clock, signal } = context;
  const race: { winner?: NounLeg } = {};
  const decided = new AbortController();
  const over = AbortSignal.any([signal, decided.signal]);
  const screened = new Set<NounLeg>();
  let timeIsUp = false;
  const run = async (leg: NounLeg) => {
    await answerOrEnd(leg);
    if (timeIsUp || over.aborted || !isUp(leg)) return;
    if (leg.noun.screening !== undefined) {
      screened.add(leg);
      if (!(await screen(leg, memory, context, decided.signal)) || over.aborted || !isUp(leg)) return;
    }
    race.winner = leg;
    decided.abort();
  };
  const runs = legs.map(run);
  const none = Promise.all(runs).then(() => decided.abort());
  await Promise.race([none, clock.sleep(since + timeoutS * 1000 - clock.now(), over)]);
  timeIsUp = !over.aborted;
  const how: GiveUp = signal.aborted
    ? CALLER_HAS_GONE
    : { as: 'no-answer', why: `Nobody answered within ${timeoutS} s` };
  if (screened.size > 0) {
    const ringing = legs.filter((leg) => !screened.has(leg));
    if (timeIsUp) void giveUpAll(ringing, how, context);
    // What a screening still does to its leg must not come after what is done to it next.
    await Promise.all(runs.filter((_run, index) => screened.has(legs[index] as NounLeg)));
  }
  decided.abort();
  if (race.winner === undefined) await giveUpAll(legs, how, context);
  return race.winner;
}

/** Resolves when the callee has answered, or the Dial has no more to do with its leg. */
async function answerOrEnd({ live }: NounLeg): Promise<void> {
  await Promise.race([live.until((state) => state.phase === 'in-progress'), live.doneWith]);
}

function isUp({ live }: NounLeg): boolean {
  return live.state.phase === 'in-progress' && !live.taken.aborted;
}

/** Gives up the legs that the Dial still has, because another one answered: their phones show no missed call. */
export function giveUpLosers(legs: readonly NounLeg[], context: DialContext): Promise<void> {
  return giveUpAll(legs, ANOTHER_ANSWERED, context, 'answered-elsewhere');
}

/** Gives up the legs that the Dial still has; resolves when they have ended. */
async function giveUpAll(
  legs: readonly NounLeg[],
  how: GiveUp,
  context: DialContext,
  reason?: HangUpReason,
): Promise<void> {
  const ours = legs.filter(({ live }) => !live.taken.aborted);
  const by = how === CALLER_HAS_GONE ? 'caller' : how === ANOTHER_ANSWERED ? 'document' : 'limit';
  await Promise.all(
    ours.map(({ live }) => {
      live.endsBy(by);
      return giveUpLeg(context, live, how, reason);
    }),
  );
}
