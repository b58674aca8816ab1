import type { MessageError } from '../../src/call/message/message-record.ts';
import type { MessageSender, OutgoingMessage } from '../../src/call/message/message-sender.ts';

/** Stands for Asterisk: takes every message, unless the test says otherwise. */
export class FakeMessageSender implements MessageSender {
  isReachable = true;
  readonly sent: OutgoingMessage[] = [];
  /** What becomes of the next ones: an error of the message, or one of ours. */
  failure: MessageError | Error | undefined;
  /** While it is set, nothing is answered. */
  held: Promise<void> | undefined;

  async send(message: OutgoingMessage): Promise<MessageError | undefined> {
    await this.held;
    if (this.failure instanceof Error) throw this.failure;
    if (this.failure === undefined) this.sent.push(message);
    return this.failure;
  }
}
