import type { LiveCalls } from '../../call/leg/live-calls.ts';

/** Whether a leg that has been answered, and has not ended, has this SIP Call-ID. */
export function hasCall(calls: LiveCalls, sipCallId: string): boolean {
  return calls.all().some(({ state }) => state.phase === 'in-progress' && state.sipCallId === sipCallId);
}
