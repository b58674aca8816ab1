import type { DialTarget } from '../call-control.ts';
import type { MessageError } from './message-record.ts';

/** A message on its way to Asterisk. */
export interface OutgoingMessage {
  readonly sid: string;
  readonly target: DialTarget;
  /** User part of From: a number of ours, or a client's login. */
  readonly from: string;
  readonly body: string;
}

/** Hands messages to SIP. */
export interface MessageSender {
  /** Whether Asterisk can be asked now. */
  readonly isReachable: boolean;
  /**
   * Sends it to every phone of a client, or to the one address that the target is. Undefined: Asterisk took it for at least
   * one of them. Never rejects.
   */
  send(message: OutgoingMessage): Promise<MessageError | undefined>;
}
