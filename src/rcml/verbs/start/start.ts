import { newSid } from '../../../call/sids.ts';
import { defineVerb } from '../../document/verb.ts';
import { startRecording } from './recording.ts';
import { startStream } from './stream.ts';
import { type ChildOf, readChildren, type Started } from './started.ts';

const CHILDREN: readonly ChildOf<Started>[] = [startRecording, startStream];

/** What can be inside a `<Start>`. */
export const STARTED_NAMES: readonly string[] = CHILDREN.map(({ name }) => name);

/** `<Start>`: begins something beside the call, which goes on with the next verb at once. */
export interface StartVerb {
  readonly children: readonly Started[];
}

/** The SIDs of what its children begin, in their order. */
export interface StartState {
  readonly sids: readonly string[];
}

export const start = defineVerb<StartVerb, StartState>({
  name: 'Start',
  parse(element, context) {
    return readChildren(element, CHILDREN, 'start', context);
  },
  state: {
    version: 1,
    read: (value) => value as StartState,
    recordings: ({ sids }) => sids.filter((sid) => sid.startsWith('RE')),
  },
  answers: ({ children }) => children.some(({ answers }) => answers),
  precedesReject: true,
  async run({ children }, context) {
    if (context.signal.aborted) return { kind: 'ended' };
    const sids = context.savedState?.sids ?? children.map(({ sidPrefix }) => newSid(sidPrefix));
    if (context.savedState === undefined) await context.saveState({ sids });
    for (const [index, child] of children.entries()) {
      const sid = sids[index];
      if (sid !== undefined)
        await child.start(sid, { ...context, resumed: context.savedState !== undefined });
    }
    return { kind: 'next', idle: true };
  },
});
