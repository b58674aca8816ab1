import { hangUpLeg } from '../../../call/leg/hang-up.ts';
import type { Position } from '../../run/position.ts';
import type { DialMemory } from './state.ts';
import type { DialContext, NounLeg } from './types.ts';

/** How long a callee may be screened. */
const SCREENING_LIMIT_S = 60;

/**
 * Runs the noun's document on the leg of a callee that has answered. True: the document ended, and the callee may
 * talk. False: the callee said no, hung up or took too long, and was hung up; or the signal aborted, and the leg was
 * left alone.
 */
export async function screen(
  { noun, live }: NounLeg,
  memory: DialMemory,
  context: DialContext,
  signal: AbortSignal,
): Promise<boolean> {
  const { screening } = noun;
  if (screening === undefined) return true;
  const { clock } = context;
  const letGo = live.useInDial();
  const kept = memory.state.screenings?.[live.sid];
  const since = kept?.since ?? clock.now();
  const keep = (position: Position) =>
    memory.keep({ screenings: { ...memory.state.screenings, [live.sid]: { since, position } } });
  const tooLong = new AbortController();
  const cancelTimer = clock.after(since + SCREENING_LIMIT_S * 1000 - clock.now(), () => tooLong.abort());
  const stopped = AbortSignal.any([signal, live.signal, live.taken, context.signal, tooLong.signal]);
  if (noun.sendDigits !== undefined && kept === undefined) {
    await context.control.sendDigits(live.sid, noun.sendDigits, stopped);
  }
  const outcome = await context.runDocument({
    ...screening,
    kind: 'screening',
    live,
    signal: stopped,
    ...(kept?.position === undefined ? {} : { position: kept.position }),
    keep,
  });
  cancelTimer();
  const otherwiseDone = signal.aborted || live.taken.aborted || context.signal.aborted;
  if (outcome !== 'finished' && !otherwiseDone) {
    live.endsBy(tooLong.signal.aborted ? 'limit' : 'document');
    await hangUpLeg(context, live);
  }
  letGo();
  return outcome === 'finished';
}
