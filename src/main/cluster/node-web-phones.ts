import { hasCall } from '../web/live-sip-calls.ts';
import type { WebPhoneParts } from '../web/serve-web-phones.ts';
import type { HeldSwitches } from './held-switches.ts';
import type { NodeFoundation } from './node-foundation.ts';

/** Browsers that connect to a node are phones of its own switch, whoever drives that. */
export function nodeWebPhones(
  { asterisk }: Pick<NodeFoundation, 'asterisk'>,
  held: HeldSwitches,
): Pick<WebPhoneParts, 'asteriskUrl' | 'isAsteriskUp' | 'isLiveCall' | 'endRegistrations'> {
  return {
    asteriskUrl: asterisk.url,
    // Another node may drive it, and then this one does not know: the connection itself shows it.
    isAsteriskUp: () => true,
    isLiveCall: (sipCallId) =>
      held.units.some(({ machinery }) => hasCall(machinery.services.calls, sipCallId)),
    async endRegistrations(login, ports) {
      await Promise.all(held.units.map(({ accounts }) => accounts.endWebRegistrations(login, ports)));
    },
  };
}
