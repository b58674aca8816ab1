import { newSid } from '../../../call/sids.ts';
import { readAttributes } from '../../document/attributes.ts';
import { childElements, textOf } from '../../document/parse-context.ts';
import { defineVerb } from '../../document/verb.ts';
import { startRecording } from './recording.ts';
import { startStream } from './stream.ts';
import type { ChildOf, Started } from './started.ts';

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
    readAttributes(element, {}, context);
    if (textOf(element) !== '') context.warn(element, 'has text in it; the text is ignored');
    const byName = new Map(CHILDREN.map((child) => [child.name, child]));
    const elements = childElements(element, [...byName.keys()], context);
    const children = elements
      .map((child) => byName.get(child.name)?.parse(child, context))
      .filter((child) => child !== undefined);
    if (children.length > 0) return { children };
    context.warn(element, 'has nothing to start; it is skipped');
    return undefined;
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
