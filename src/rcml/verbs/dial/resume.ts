import { compact } from '../../../call/compact.ts';
import type { DialContext, DialState, DialVerb, NounLeg } from './types.ts';

/** What a Dial has at its start: nothing, or after a restart what a former process had done. */
export interface Begun {
  /** In the order of the nouns. */
  readonly legs: readonly NounLeg[];
  /** CallSids that were chosen for the next nouns whose legs do not exist yet. */
  readonly chosen: readonly string[];
  /** The leg that was answered and, if it was screened, has passed. */
  readonly winner?: NounLeg;
}

/** Finds the legs that a former process had made. */
export async function resume(verb: DialVerb, state: DialState, { calls }: DialContext): Promise<Begun> {
  const sids = state.legs ?? [];
  const legs: NounLeg[] = [];
  for (const [index, sid] of sids.entries()) {
    const [live, noun] = [await calls.find(sid), verb.nouns[index]];
    if (live === undefined || noun === undefined) return { legs, chosen: sids.slice(index) };
    legs.push({ noun, live });
  }
  const winner = legs.find(({ live }) => live.sid === state.winner);
  return compact({ legs, chosen: [], winner });
}
