import { defineVerb, type Verb } from '../document/verb.ts';

// Known names that nothing runs yet.
const NAMES = ['Enqueue', 'Leave', 'Sms', 'Refer', 'Start', 'Connect', 'Stream'];

/** Verbs that are skipped with a notification that says so, whatever stands in them. */
export const unsupported: readonly Verb[] = NAMES.map((name) =>
  defineVerb<never>({
    name,
    parse(element, context) {
      context.warn(element, 'is not supported yet, it is skipped');
      return undefined;
    },
    run: () => Promise.resolve({ kind: 'next', idle: true }),
  }),
);
