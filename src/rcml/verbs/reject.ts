import { oneOf, readAttributes } from '../document/attributes.ts';
import { childElements } from '../document/parse-context.ts';
import { ERROR_CODES } from '../document/problem.ts';
import { defineVerb } from '../document/verb.ts';

/** `<Reject>`: ends an inbound leg that is not answered yet; `rejected` is SIP 603, `busy` is 486. */
export interface RejectVerb {
  readonly reason: 'rejected' | 'busy';
}

const ATTRIBUTES = { reason: oneOf('rejected', ['rejected', 'busy']) };

export const reject = defineVerb<RejectVerb>({
  name: 'Reject',
  parse(element, context) {
    childElements(element, [], context);
    return readAttributes(element, ATTRIBUTES, context);
  },
  answers: () => false,
  precedesReject: true,
  onlyFirst: true,
  allowedIn: ['screening'],
  declines: true,
  endsDocument: () => 'rejects the call (it is skipped only on an outbound leg)',
  async run({ reason }, context) {
    const { live, hasBegun } = context;
    if (live.leg.direction === 'inbound' && live.state.phase === 'ringing' && !hasBegun) {
      return {
        kind: 'reject',
        reason: reason === 'busy' ? 'busy' : 'normal',
        giveUp: { as: 'busy', why: `Rejected by the application (${reason})` },
      };
    }
    const message = 'Reject is only possible as the first verb of an inbound call; it is skipped';
    await context.warn({ errorCode: ERROR_CODES.schema, message });
    return { kind: 'next', idle: true };
  },
});
