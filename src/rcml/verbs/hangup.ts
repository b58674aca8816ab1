import { readAttributes } from '../attributes.ts';
import { childElements } from '../parse-context.ts';
import { defineVerb } from '../verb.ts';

/** `<Hangup>`: ends the leg; an inbound one that was not answered yet is answered first. */
export const hangup = defineVerb<Readonly<Record<string, never>>>({
  name: 'Hangup',
  parse(element, context) {
    childElements(element, [], context);
    return readAttributes(element, {}, context);
  },
  allowedIn: ['screening'],
  declines: true,
  endsDocument: () => 'hangs up',
  run: () => Promise.resolve({ kind: 'hang-up' }),
});
