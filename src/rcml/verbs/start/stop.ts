import { readAttributes } from '../../document/attributes.ts';
import { childElements, textOf } from '../../document/parse-context.ts';
import { defineVerb } from '../../document/verb.ts';
import { stopRecording } from './recording.ts';
import { stopStream } from './stream.ts';
import type { ChildOf, Stopped } from './started.ts';

const CHILDREN: readonly ChildOf<Stopped>[] = [stopRecording, stopStream];

/** `<Stop>`: ends what a `<Start>` began. */
export interface StopVerb {
  readonly children: readonly Stopped[];
}

export const stop = defineVerb<StopVerb>({
  name: 'Stop',
  parse(element, context) {
    readAttributes(element, {}, context);
    if (textOf(element) !== '') context.warn(element, 'has text in it; the text is ignored');
    const byName = new Map(CHILDREN.map((child) => [child.name, child]));
    const elements = childElements(element, [...byName.keys()], context);
    const children = elements
      .map((child) => byName.get(child.name)?.parse(child, context))
      .filter((child) => child !== undefined);
    if (children.length > 0) return { children };
    context.warn(element, 'has nothing to stop; it is skipped');
    return undefined;
  },
  answers: () => false,
  precedesReject: true,
  async run({ children }, context) {
    for (const child of children) await child.stop(context);
    return context.signal.aborted ? { kind: 'ended' } : { kind: 'next', idle: true };
  },
});
