import type { ApiDeps } from '../../api-deps.ts';
import type { FindSip } from './sip-lines.ts';

/** Reads the traces of a call and the legs below it. What is in memory has more than what was kept. */
export function findSip({
  repositories: { sipTraces, timeline },
  sipInMemory = () => [],
}: Pick<ApiDeps, 'repositories' | 'sipInMemory'>): FindSip {
  return async (callSid) => {
    const legs = await timeline.familyOf(callSid);
    const inMemory = sipInMemory(legs).filter(({ messages }) => messages.length > 0);
    const newer = new Set(inMemory.map(({ sipCallId }) => sipCallId));
    const kept = await sipTraces.of(legs);
    return [...kept.filter(({ sipCallId }) => !newer.has(sipCallId)), ...inMemory];
  };
}
