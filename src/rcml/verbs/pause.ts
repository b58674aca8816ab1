import { readAttributes, seconds } from '../document/attributes.ts';
import { childElements } from '../document/parse-context.ts';
import { defineVerb } from '../document/verb.ts';

/** `<Pause>`: waits. As a leading verb it waits before the call is answered. */
export interface PauseVerb {
  readonly lengthS: number;
}

const LONGEST_PAUSE_S = 3600;
const ATTRIBUTES = { length: seconds(1, 0, LONGEST_PAUSE_S) };

export const pause = defineVerb<PauseVerb>({
  name: 'Pause',
  parse(element, context) {
    const { length } = readAttributes(element, ATTRIBUTES, context);
    childElements(element, [], context);
    return { lengthS: length };
  },
  answers: () => false,
  precedesReject: true,
  allowedIn: ['screening', 'wait', 'queue', 'whisper'],
  async run({ lengthS }, { beganAt, clock, signal }) {
    await clock.sleep(beganAt + lengthS * 1000 - clock.now(), signal);
    return signal.aborted ? { kind: 'ended' } : { kind: 'next', idle: lengthS === 0 };
  },
});
