import { readAttributes } from '../document/attributes.ts';
import { childElements } from '../document/parse-context.ts';
import { defineVerb } from '../document/verb.ts';

/** `<Leave>`: takes the leg out of the queue in whose wait document it stands. */
export const leave = defineVerb<Readonly<Record<string, never>>>({
  name: 'Leave',
  parse(element, context) {
    childElements(element, [], context);
    return readAttributes(element, {}, context);
  },
  answers: () => false,
  allowedIn: ['queue'],
  onlyAside: true,
  endsDocument: () => 'leaves the queue',
  run: () => Promise.resolve({ kind: 'leave' }),
});
