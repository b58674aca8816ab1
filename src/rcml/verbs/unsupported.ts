import { defineVerb, type Verb } from '../document/verb.ts';

// Verbs whose names we know, but which cannot run yet.
const NAMES = ['Refer'];

/** Verbs that are skipped, with all that is in them and with a notification that says so. */
export const unsupported: readonly Verb[] = NAMES.map((name) =>
  defineVerb<never>({
    name,
    parse(element, context) {
      context.warn(element, 'is not supported yet; it is skipped');
      return undefined;
    },
    run: () => Promise.resolve({ kind: 'next', idle: true }),
  }),
);
