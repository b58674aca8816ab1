import { defineVerb } from '../../document/verb.ts';
import { runConference } from './conference.ts';
import { badNumber } from './nouns.ts';
import { parseDial } from './parse.ts';
import { runDialQueue } from './queue.ts';
import { runDial } from './run.ts';
import { DIAL_STATE } from './state.ts';
import type { DialState, DialVerb } from './types.ts';

export const dial = defineVerb<DialVerb, DialState>({
  name: 'Dial',
  parse: parseDial,
  state: DIAL_STATE,
  answers: (verb) => !verb.answerOnBridge,
  hunts: true,
  endsDocument: ({ action }) => (action === undefined ? undefined : 'always goes on with its action'),
  lint: ({ nouns }) => ({ parts: nouns.flatMap(badNumber) }),
  run: (verb, context) => {
    if (verb.conference !== undefined) return runConference(verb, verb.conference, context);
    if (verb.queue !== undefined) return runDialQueue(verb, verb.queue, context);
    return runDial(verb, context);
  },
});
