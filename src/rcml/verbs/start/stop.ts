import { defineVerb } from '../../document/verb.ts';
import { stopRecording } from './recording.ts';
import { stopStream } from './stream.ts';
import { type ChildOf, readChildren, type Stopped } from './started.ts';

const CHILDREN: readonly ChildOf<Stopped>[] = [stopRecording, stopStream];

/** `<Stop>`: ends what a `<Start>` began. */
export interface StopVerb {
  readonly children: readonly Stopped[];
}

export const stop = defineVerb<StopVerb>({
  name: 'Stop',
  parse(element, context) {
    return readChildren(element, CHILDREN, 'stop', context);
  },
  answers: () => false,
  precedesReject: true,
  async run({ children }, context) {
    for (const child of children) await child.stop(context);
    return context.signal.aborted ? { kind: 'ended' } : { kind: 'next', idle: true };
  },
});
