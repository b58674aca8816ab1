import type { Clock } from '../../concurrency/clock.ts';
import { compact } from '../compact.ts';
import type { Directory } from '../directory.ts';
import type { JournalStore } from '../journal-store.ts';
import { resolveTarget } from '../routing/targets.ts';
import { TokenBucket } from '../routing/token-bucket.ts';
import { newSid } from '../sids.ts';
import { messageEntry } from './message-entries.ts';
import {
  MESSAGE_ERRORS,
  type MessageError,
  type MessageOrder,
  type MessageRecord,
  partyText,
} from './message-record.ts';
import type { MessageSender } from './message-sender.ts';

/** Messages that one account may send in a second, over REST and in calls together. */
export const MESSAGES_PER_SECOND = 10;

export interface MessagesParts {
  readonly store: JournalStore;
  readonly directory: Directory;
  readonly sender: MessageSender;
  readonly clock: Clock;
  /** A message as it is stored. */
  readonly find: (accountSid: string, sid: string) => Promise<MessageRecord | undefined>;
  /** Told of what could not be stored. */
  readonly onTrouble: (messageSid: string, error: unknown) => void;
  /** Told of each message that has got its final state. */
  readonly onFinal?: (record: MessageRecord) => void;
}

/** A message that is durable and `queued`. `send` hands it to Asterisk, and resolves with its final state; it never rejects. */
export interface QueuedMessage {
  readonly record: MessageRecord;
  send(): Promise<MessageRecord>;
}

/**
 * Sends messages. Each is written before it is sent and again when it has its final state, together with the callback that
 * it owes. It is sent once: one that was on its way when the process died ends `failed`, because nobody knows whether
 * Asterisk had taken it.
 */
export class Messages {
  readonly #parts: MessagesParts;
  readonly #rates = new Map<string, TokenBucket>();

  constructor(parts: MessagesParts) {
    this.#parts = parts;
  }

  /** Whether Asterisk can be asked to send one now. */
  get isReachable(): boolean {
    return this.#parts.sender.isReachable;
  }

  /** Takes the account's next turn; false when it has sent as many in this second as it may. */
  admit(accountSid: string): boolean {
    const now = this.#parts.clock.steady();
    for (const [sid, rate] of this.#rates) if (rate.isFull(now)) this.#rates.delete(sid);
    const rate = this.#rates.get(accountSid) ?? new TokenBucket(MESSAGES_PER_SECOND, now);
    this.#rates.set(accountSid, rate);
    if (!rate.hasToken(now)) return false;
    rate.take();
    return true;
  }

  /** Whether this account may send as this one: a number or a client of its own. Rejects when the database cannot say. */
  async maySendAs({ accountSid, from }: Pick<MessageOrder, 'accountSid' | 'from'>): Promise<boolean> {
    const { directory } = this.#parts;
    if (from.kind === 'number') return (await directory.number(from.number))?.accountSid === accountSid;
    if (from.kind === 'client') return (await directory.client(from.name))?.accountSid === accountSid;
    return false;
  }

  /** One as it is stored. Rejects when the database cannot say. */
  find(accountSid: string, sid: string): Promise<MessageRecord | undefined> {
    return this.#parts.find(accountSid, sid);
  }

  /** Writes a message that shall be sent. Rejects when the database cannot write; then there is none. */
  async create(order: MessageOrder): Promise<QueuedMessage> {
    const now = this.#parts.clock.now();
    const { from, to, ...rest } = order;
    const record: MessageRecord = compact({
      ...rest,
      sid: order.sid ?? newSid('SM'),
      from: partyText(from),
      to: partyText(to),
      status: 'queued',
      dateCreated: now,
      dateUpdated: now,
    });
    await this.#parts.store.commit(messageEntry(record), { whenUnavailable: 'refuse' });
    return { record, send: () => this.#send(record, order) };
  }

  /** Gives those a final state that a former process was sending when it ended. */
  async finishLeftBehind(records: readonly MessageRecord[]): Promise<void> {
    const error = {
      code: MESSAGE_ERRORS.unknown,
      message: 'Legwork was restarted before it knew whether Asterisk had taken this message',
    };
    await Promise.all(records.map((record) => this.#finish(record, error)));
  }

  async #send(record: MessageRecord, order: MessageOrder): Promise<MessageRecord> {
    try {
      return await this.#finish(record, await this.#handOver(record, order));
    } catch (error) {
      this.#parts.onTrouble(record.sid, error);
      return await this.#finish(record, {
        code: MESSAGE_ERRORS.unknown,
        message: 'Something went wrong inside Legwork; its log says more',
      });
    }
  }

  async #handOver(
    { sid, body }: MessageRecord,
    { accountSid, from, to }: MessageOrder,
  ): Promise<MessageError | undefined> {
    const { directory, sender } = this.#parts;
    if (!(await this.maySendAs({ accountSid, from }))) {
      return {
        code: MESSAGE_ERRORS.from,
        message: `${partyText(from)} is neither a number nor a client of this account, so it cannot be the sender`,
      };
    }
    const sentFrom = from.kind === 'client' ? from.name.toLowerCase() : partyText(from);
    const resolved = await resolveTarget(directory, accountSid, to, sentFrom, 'messages');
    if (!resolved.ok) return { code: MESSAGE_ERRORS.to, message: resolved.why };
    const { target } = resolved;
    const shown = target.kind === 'trunk' ? (target.caller?.from ?? sentFrom) : sentFrom;
    return await sender.send({ sid, target, from: shown, body });
  }

  async #finish(record: MessageRecord, error: MessageError | undefined): Promise<MessageRecord> {
    const { clock, store, onFinal, onTrouble } = this.#parts;
    const now = clock.now();
    const final: MessageRecord =
      error === undefined
        ? { ...record, status: 'sent', dateSent: now, dateUpdated: now }
        : { ...record, status: 'failed', error, dateUpdated: now };
    try {
      await store.commit(messageEntry(final));
      onFinal?.(final);
    } catch (reason) {
      onTrouble(record.sid, reason);
    }
    return final;
  }
}
