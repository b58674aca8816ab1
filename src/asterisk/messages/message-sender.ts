import type { DialTarget, TrunkTarget } from '../../call/call-control.ts';
import { MESSAGE_ERRORS, type MessageError } from '../../call/message/message-record.ts';
import type { MessageSender, OutgoingMessage } from '../../call/message/message-sender.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { AriConnection } from '../ari/connection.ts';
import { type Contact, type DialString, dialStringOf } from '../legs/dial-strings.ts';
import { leadTrunk, newEndpointId, pushEndpoint, removeEndpoint } from '../legs/one-call-endpoint.ts';
import { readObject } from '../sip-accounts/client-phones.ts';
import type { MediaSettings } from '../sip-accounts/sip-object.ts';

/** A transaction of a MESSAGE ends 32 s after its last response at the latest (RFC 3261, timer F); its endpoint may go then. */
const ENDPOINT_KEPT_MS = 40_000;
/** Above this, a packet over UDP may be split on its way, which some networks and phones do not take. */
const LARGE_BODY_BYTES = 1000;

export interface AsteriskMessagesParts {
  readonly ari: AriConnection;
  readonly clock: Clock;
  readonly log: Log;
  readonly media: MediaSettings;
  /** The phones that a client has registered. Rejects with AriError. */
  readonly phones: (login: string) => Promise<readonly Contact[]>;
  /** Why no client can get messages here; undefined: they can. */
  readonly noClients?: string;
}

/**
 * Sends messages over ARI, as SIP MESSAGEs outside of calls. Asterisk answers as soon as it has begun to send; what the
 * other side answers it only logs.
 */
export class AsteriskMessageSender implements MessageSender {
  readonly #parts: AsteriskMessagesParts;
  readonly #closing = new AbortController();

  constructor(parts: AsteriskMessagesParts) {
    this.#parts = parts;
  }

  get isReachable(): boolean {
    return this.#parts.ari.state() === 'up';
  }

  /** Ends what waits; endpoints that are left are removed by the next start. */
  close(): void {
    this.#closing.abort();
  }

  async send(message: OutgoingMessage): Promise<MessageError | undefined> {
    const { log } = this.#parts;
    const bytes = Buffer.byteLength(message.body);
    if (bytes > LARGE_BODY_BYTES) log.warn({ messageSid: message.sid, bytes }, 'A message is large for UDP');
    try {
      return await this.#sendTo(message.target, message);
    } catch (error) {
      log.warn({ messageSid: message.sid, reason: String(error) }, 'Asterisk did not take a message');
      return {
        code: MESSAGE_ERRORS.unknown,
        message: 'Asterisk could not be asked to send it, or refused it',
      };
    }
  }

  #sendTo(target: DialTarget, message: OutgoingMessage): Promise<MessageError | undefined> {
    switch (target.kind) {
      case 'client':
        return this.#toClient(target.login, message);
      case 'trunk':
        return this.#toTrunk(target, message);
      case 'sip':
        return this.#toAddress(target, message);
    }
  }

  async #toClient(login: string, message: OutgoingMessage): Promise<MessageError | undefined> {
    const { phones, noClients } = this.#parts;
    if (noClients !== undefined) return { code: MESSAGE_ERRORS.unreachable, message: noClients };
    const found = await phones(login);
    if (found.length === 0) {
      return {
        code: MESSAGE_ERRORS.unreachable,
        message: `client:${login} has no phone that is registered now`,
      };
    }
    const sent = await Promise.allSettled(found.map(({ dial }) => this.#put(dial, message)));
    if (sent.some(({ status }) => status === 'fulfilled')) return undefined;
    throw (sent[0] as PromiseRejectedResult).reason;
  }

  /** The first hop comes from an endpoint, so an address that has to be reached in a certain way gets its own. */
  async #toAddress(
    target: Extract<DialTarget, { kind: 'sip' }>,
    message: OutgoingMessage,
  ): Promise<MessageError | undefined> {
    const { via } = target;
    if (via === undefined) return await this.#dial(dialStringOf(target), message);
    const id = newEndpointId();
    if (!(await pushEndpoint(this.#parts, id, { via }))) return REFUSED_WAY;
    void this.#removeLater(id);
    return await this.#dial(dialStringOf(target, id), message);
  }

  /** A number at a trunk has to be written as a whole address; only its AOR in Asterisk says the host. */
  async #toTrunk(target: TrunkTarget, message: OutgoingMessage): Promise<MessageError | undefined> {
    const { trunkSid, number, via } = target;
    const checked = dialStringOf(target);
    if ('refused' in checked) return await this.#dial(checked, message);
    if (via !== undefined && !(await leadTrunk(this.#parts, trunkSid, via))) return REFUSED_WAY;
    const contact = (await readObject(this.#parts.ari, 'aor', trunkSid))?.get('contact') ?? '';
    if (!contact.startsWith('sip:')) return REFUSED_WAY;
    const uri = contact.replace('sip:', `sip:${number}@`);
    return await this.#dial({ dial: `PJSIP/${trunkSid}/${uri}` }, message);
  }

  async #dial(dial: DialString, message: OutgoingMessage): Promise<MessageError | undefined> {
    if ('refused' in dial) return { code: MESSAGE_ERRORS.to, message: `It cannot be sent: ${dial.refused}` };
    await this.#put(dial.dial, message);
    return undefined;
  }

  async #removeLater(id: string): Promise<void> {
    const { clock } = this.#parts;
    await clock.sleep(ENDPOINT_KEPT_MS, this.#closing.signal);
    if (!this.#closing.signal.aborted) await removeEndpoint(this.#parts, id);
  }

  async #put(dial: string, { from, body }: OutgoingMessage): Promise<void> {
    const to = dial.replace(/^PJSIP\//, 'pjsip:');
    // ari-client takes a parameter of the name `body` for the whole body of its request.
    await this.#parts.ari.run('endpoints', 'sendMessage', { to, from, body: JSON.stringify({ body }) });
  }
}

const REFUSED_WAY: MessageError = {
  code: MESSAGE_ERRORS.unknown,
  message: 'Asterisk refused the way by which it would have to go',
};
