import { isWebEndpoint } from '../call/routing/sip-names.ts';
import type { SipRequest } from './sip-message.ts';

/** Whether a request of a browser may pass; otherwise the status that it gets. */
export type Verdict = 'pass' | 'drop' | 403 | 481;

/** These are never part of a dialog, whatever tags they carry. */
const OUTSIDE_DIALOGS = ['REGISTER', 'OPTIONS', 'MESSAGE', 'PUBLISH', 'SUBSCRIBE', 'CANCEL'];

/**
 * Asterisk takes a sender for a trunk by its address alone, and every browser has the address of Legwork. So what begins
 * something must come from a browser phone's own name, and what goes on with something must belong to a call that is
 * known: a browser that was called signs its later requests with a name that it made up.
 */
export function verdictOn(request: SipRequest, isKnownCall: (callId: string) => boolean): Verdict {
  const { callId, fromUser, method, toTag, toUser } = request;
  const isOwnName = isWebUser(fromUser) && (method !== 'REGISTER' || isWebUser(toUser));
  // An ACK has no reply. That of a refused INVITE has a tag, although there is no dialog.
  if (method === 'ACK') return isOwnName || isKnownCall(callId) ? 'pass' : 'drop';
  if (toTag === undefined || OUTSIDE_DIALOGS.includes(method)) return isOwnName ? 'pass' : 403;
  return isKnownCall(callId) ? 'pass' : 481;
}

/** Asterisk must read the same name as we do, so no other characters may be in it. */
function isWebUser(user: string | undefined): user is string {
  return user !== undefined && /^[a-z0-9][a-z0-9._+~-]*$/i.test(user) && isWebEndpoint(user.toLowerCase());
}
