import type { HttpMethod } from '../../call/http-method.ts';
import type { StatusCallback } from '../../call/leg/leg.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { SipCredentials } from '../../call/call-control.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import type { CalleeAddress } from '../../call/routing/targets.ts';
import type { Fallback } from './call-start.ts';

/** A call that was ordered over REST; every value is checked. Times in seconds. */
export interface ApiCallOrder {
  readonly accountSid: string;
  readonly callee: CalleeAddress;
  readonly headers: Parameters;
  readonly from: string;
  readonly callerId?: string;
  readonly document:
    | { readonly kind: 'url'; readonly url: string; readonly method: HttpMethod }
    | { readonly kind: 'inline'; readonly text: string }
    | { readonly kind: 'application'; readonly applicationSid: string };
  readonly fallback?: Fallback;
  readonly statusCallback?: StatusCallback;
  readonly timeoutS: number;
  readonly timeLimitS?: number;
  readonly sendDigits?: string;
  /** The whole leg is recorded, from its answer to its end. */
  readonly record?: { readonly statusCallback?: RecordingRecord['statusCallback'] };
  /** Our credentials if the callee challenges us; not stored, so a restart before the call is dialled loses them. */
  readonly credentials?: SipCredentials;
  /** Names of parameters that have no effect; a notification says so, and they are not stored. */
  readonly ignored?: readonly string[];
}
