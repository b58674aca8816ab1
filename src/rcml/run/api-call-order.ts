import type { MachineDetection } from '../../call/answering-machine/machine-detection.ts';
import type { RequestTarget } from '../../call/callback-target.ts';
import type { StatusCallback } from '../../call/leg/leg.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { SipCredentials } from '../../call/call-control.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import type { CalleeAddress } from '../../call/routing/targets.ts';
import type { Fallback } from './call-start.ts';

/** Where the document of such a call comes from, once the callee has answered. */
export type DocumentSource =
  | ({ readonly kind: 'url' } & RequestTarget)
  | { readonly kind: 'inline'; readonly text: string }
  /** An application of this account that has a VoiceUrl. */
  | { readonly kind: 'application'; readonly applicationSid: string };

/** A call that was ordered over REST; every value is checked, and nothing is looked up yet. */
export interface ApiCallOrder {
  readonly accountSid: string;
  readonly callee: CalleeAddress;
  /** SIP headers of the INVITE; their names begin with `X-`. */
  readonly headers: Parameters;
  /** A number, a client's name or the user part of a SIP address. */
  readonly from: string;
  /** What the callee sees instead of `from`. */
  readonly callerId?: string;
  readonly document: DocumentSource;
  readonly fallback?: Fallback;
  readonly statusCallback?: StatusCallback;
  /** Seconds of ringing. */
  readonly timeoutS: number;
  /** Seconds of talk. */
  readonly timeLimitS?: number;
  /** `0-9*#A-D` and `w` (half a second of silence), sent to the callee once it has answered. */
  readonly sendDigits?: string;
  /** The whole leg is recorded, from its answer to its end. */
  readonly record?: Partial<Pick<RecordingRecord, 'channels' | 'track' | 'trimSilence' | 'statusCallback'>>;
  /** What is asked about who answers. */
  readonly machineDetection?: MachineDetection;
  /** Our credentials if the callee challenges us; not stored, so a restart before the call is dialled loses them. */
  readonly credentials?: SipCredentials;
  /** Names of parameters that have no effect; a notification says so, and they are not stored. */
  readonly ignored?: readonly string[];
  /** What else of the order is not done as it was asked, in whole sentences; notifications, and not stored. */
  readonly warnings?: readonly string[];
}
