import type { RequestTarget } from '../../../call/callback-target.ts';
import type { HttpMethod } from '../../../call/http-method.ts';
import type { CalleeAddress } from '../../../call/routing/targets.ts';

/** `<Sms>`: sends a message while the call goes on. */
export interface SmsVerb {
  readonly body: string;
  /** Default: the other party of the call. */
  readonly to?: CalleeAddress;
  /** Default: our side of the call. */
  readonly from?: CalleeAddress;
  readonly action?: string;
  readonly method: HttpMethod;
  readonly statusCallback?: RequestTarget;
}

/** The message of the verb: it is sent once, whatever happens to this process. */
export interface SmsState {
  readonly sid: string;
}
