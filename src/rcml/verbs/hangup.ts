import { readAttributes } from '../document/attributes.ts';
import { childElements } from '../document/parse-context.ts';
import { defineVerb } from '../document/verb.ts';

/** `<Hangup>`: ends the leg; an inbound one that is not answered yet is answered first. */
export const hangup = defineVerb<Readonly<Record<string, never>>>({
  name: 'Hangup',
  parse(element, context) {
    childElements(element, [], context);
    return readAttributes(element, {}, context);
  },
  allowedIn: ['screening', 'queue', 'whisper'],
  declines: true,
  endsDocument: () => 'hangs up',
  run: () => Promise.resolve({ kind: 'hang-up' }),
});
