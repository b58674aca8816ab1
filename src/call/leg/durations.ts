import type { LegState } from './leg.ts';

/** Whole seconds of talk, from the answer to the end (or `now`); 0 without an answer. */
export function talkSeconds(state: LegState, now: number): number {
  if (state.phase === 'in-progress') return seconds(state.answeredAt, now);
  if (state.phase === 'ended' && state.answeredAt !== undefined)
    return seconds(state.answeredAt, state.endedAt);
  return 0;
}

/** Whole seconds from placing (inbound: arrival) to the answer; without one, to the end (or `now`). */
export function ringSeconds(state: LegState, now: number): number {
  switch (state.phase) {
    case 'queued':
      return 0;
    case 'initiated':
    case 'ringing':
      return seconds(state.initiatedAt, now);
    case 'in-progress':
      return seconds(state.initiatedAt, state.answeredAt);
    case 'ended':
      if (state.initiatedAt === undefined) return 0;
      return seconds(state.initiatedAt, state.answeredAt ?? state.endedAt);
  }
}

function seconds(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1000));
}
