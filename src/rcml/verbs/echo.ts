import { readAttributes } from '../document/attributes.ts';
import { childElements } from '../document/parse-context.ts';
import { ERROR_CODES } from '../document/problem.ts';
import { defineVerb } from '../document/verb.ts';

/** `<Echo>`: the caller hears what he says, until he hangs up. */
export const echo = defineVerb<Record<never, never>>({
  name: 'Echo',
  parse(element, context) {
    readAttributes(element, {}, context);
    childElements(element, [], context);
    return {};
  },
  endsDocument: () => 'echoes until the caller hangs up',
  async run(_verb, context) {
    const { control, live, signal } = context;
    const outcome = await control.echo(live.sid, signal);
    if (outcome !== 'failed' || signal.aborted) return { kind: 'ended' };
    await context.warn({
      errorCode: ERROR_CODES.playFailed,
      message: 'Echo failed: Asterisk did not make it',
    });
    return { kind: 'next', idle: true };
  },
});
