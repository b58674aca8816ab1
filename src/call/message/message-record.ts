import type { CalleeAddress } from '../routing/targets.ts';
import type { RequestTarget } from '../callback-target.ts';

/** Who began a message: REST, a call's `<Sms>`, the reply to a message that came in, or a phone. */
export const MESSAGE_DIRECTIONS = ['outbound-api', 'outbound-call', 'outbound-reply', 'inbound'] as const;
export type MessageDirection = (typeof MESSAGE_DIRECTIONS)[number];

/**
 * `queued`: not handed to Asterisk yet. `sent`: Asterisk took it; whether a phone did is never known, because ARI does not
 * tell what the phone answers. `failed`, and `received` for one that came in, are final too.
 */
export const MESSAGE_STATUSES = ['queued', 'sent', 'failed', 'received'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** In UTF-16 code units, as Twilio and Restcomm count. */
export const LONGEST_MESSAGE = 1600;

/** The codes of what goes wrong with messages, Twilio's. */
export const MESSAGE_ERRORS = {
  bodyRequired: 21602,
  fromRequired: 21603,
  toRequired: 21604,
  /** The account must not send as this one. */
  from: 21606,
  tooLong: 21617,
  /** More messages in one second than an account may send. */
  rate: 14107,
  /** There is no such client, and no trunk that takes messages to this number. */
  to: 21211,
  /** The client has no phone now. */
  unreachable: 30003,
  /** Asterisk could not be asked, or refused it; also when a restart came between. */
  unknown: 30008,
} as const;

/** Why a message failed. `message` is a whole sentence for the application's author. */
export interface MessageError {
  readonly code: number;
  readonly message: string;
}

/** A message as REST shows it. */
export interface MessageRecord {
  /** `SM` + 32 hex. */
  readonly sid: string;
  readonly accountSid: string;
  /** The call whose `<Sms>` sent it. */
  readonly callSid?: string;
  /** A number, `client:name` or a SIP address. */
  readonly from: string;
  readonly to: string;
  /** Empty once its text was removed. */
  readonly body: string;
  readonly direction: MessageDirection;
  readonly status: MessageStatus;
  readonly error?: MessageError;
  readonly statusCallback?: RequestTarget;
  readonly dateCreated: number;
  readonly dateUpdated: number;
  /** When Asterisk took it, or when it came in. */
  readonly dateSent?: number;
}

/** A message that shall be sent; without a `sid` it gets a new one. */
export interface MessageOrder
  extends Pick<MessageRecord, 'accountSid' | 'callSid' | 'body' | 'statusCallback'> {
  readonly sid?: string;
  readonly from: CalleeAddress;
  readonly to: CalleeAddress;
  readonly direction: Exclude<MessageDirection, 'inbound'>;
}

/** A party of a message as REST and requests show it. */
export function partyText(address: CalleeAddress): string {
  switch (address.kind) {
    case 'client':
      return `client:${address.name}`;
    case 'number':
      return address.number;
    case 'sip':
      return address.uri;
  }
}
