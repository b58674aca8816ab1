import type { LegState } from './leg.ts';

/** Whole seconds of talk: from answer to end (or `now`), 0 when never answered. */
export function talkSeconds(state: LegState, now: number): number {
  if (state.phase === 'in-progress') return seconds(state.answeredAt, now);
  if (state.phase === 'ended' && state.answeredAt !== undefined)
    return seconds(state.answeredAt, state.endedAt);
  return 0;
}

/** Whole seconds from placing (inbound: arrival) to answer, or to the end (or `now`) without one. */
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
