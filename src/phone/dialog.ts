import type { NameAddress, Route, SipHeaders, SipMessage, SipRequest, SipResponse } from 'sip';
import type { SipAddress } from './sip-socket.ts';
import { addressOf, randomToken, requireUri, toWire } from './sip-text.ts';

export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, MESSAGE';

/** Additional headers, by name. */
export type ExtraHeaders = Readonly<Record<string, string>>;

interface DialogParts {
  readonly callId: string;
  readonly local: NameAddress;
  readonly remote: NameAddress;
  readonly target: string;
  readonly contact: NameAddress;
  /** Where to send instead of to the target while the dialog has no route set (our server). */
  readonly nextHop?: SipAddress | undefined;
}

/** The state of one call's signalling (RFC 3261 12): tags, sequence numbers, route set, remote target. */
export class Dialog {
  readonly callId: string;
  readonly local: NameAddress;
  readonly contact: NameAddress;
  #remote: NameAddress;
  #target: string;
  #routes: Route[] = [];
  #nextHop: SipAddress | undefined;
  #sequence = 0;

  constructor(parts: DialogParts) {
    this.callId = parts.callId;
    this.local = { ...parts.local, params: { ...parts.local.params } };
    this.local.params['tag'] ??= randomToken();
    this.contact = parts.contact;
    this.#remote = parts.remote;
    this.#target = parts.target;
    this.#nextHop = parts.nextHop;
  }

  /** The dialog that an INVITE to us begins. */
  static incoming(invite: SipRequest, contact: NameAddress): Dialog {
    const { to, from, 'call-id': callId } = invite.headers;
    const dialog = new Dialog({ callId, local: to, remote: from, target: from.uri, contact });
    dialog.#routes = invite.headers['record-route'] ?? [];
    dialog.updateTarget(invite);
    return dialog;
  }

  /** Adopts what a 2xx to our INVITE says; each fork has its own dialog. */
  confirm(response: SipResponse): void {
    this.#remote = response.headers.to;
    this.#routes = [...(response.headers['record-route'] ?? [])].reverse();
    this.#nextHop = undefined;
    this.updateTarget(response);
  }

  updateTarget(message: SipMessage): void {
    const contact = message.headers.contact;
    if (contact !== undefined && contact !== '*' && contact[0] !== undefined) this.#target = contact[0].uri;
  }

  get localTag(): string {
    return this.local.params['tag'] ?? '';
  }

  get remoteTag(): string | undefined {
    return this.#remote.params['tag'] ?? undefined;
  }

  get destination(): SipAddress {
    const route = this.#routes[0];
    return this.#nextHop ?? addressOf(route === undefined ? requireUri(this.#target) : route.uri);
  }

  /** The next request of this dialog. */
  request(
    method: string,
    options: { headers?: ExtraHeaders | undefined; content?: Content } = {},
  ): SipRequest {
    this.#sequence += 1;
    return this.#build(method, this.#sequence, options);
  }

  /** The ACK for a 2xx to the given INVITE, with the same credentials; `content` is the answer to an offer in the 2xx. */
  ack(invite: SipRequest, content?: Content): SipRequest {
    const ack = this.#build('ACK', invite.headers.cseq.seq, content === undefined ? {} : { content });
    const { authorization, 'proxy-authorization': proxyAuthorization } = invite.headers;
    if (authorization !== undefined) ack.headers.authorization = authorization;
    if (proxyAuthorization !== undefined) ack.headers['proxy-authorization'] = proxyAuthorization;
    return ack;
  }

  #build(
    method: string,
    seq: number,
    options: { headers?: ExtraHeaders | undefined; content?: Content },
  ): SipRequest {
    const headers: SipHeaders = {
      via: [],
      'max-forwards': '70',
      from: this.local,
      to: { ...this.#remote, params: { ...this.#remote.params } },
      'call-id': this.callId,
      cseq: { seq, method },
      contact: [this.contact],
      allow: ALLOW,
      'user-agent': 'Legwork phone',
    };
    if (this.#routes.length > 0) headers.route = this.#routes;
    addHeaders(headers, options.headers);
    return withContent({ method, uri: this.#target, headers }, options.content);
  }
}

export interface Content {
  readonly type: string;
  readonly body: string;
}

export function withContent<M extends SipMessage>(message: M, content: Content | undefined): M {
  if (content === undefined) return message;
  message.headers['content-type'] = content.type;
  message.content = content.body;
  return message;
}

/** Adds additional headers to a message. */
export function addHeaders(headers: SipHeaders, extra: ExtraHeaders | undefined): void {
  for (const [name, value] of Object.entries(extra ?? {})) {
    if (/[\r\n]/.test(value)) throw new Error(`header ${name} has a line break`);
    headers[name.toLowerCase()] = toWire(value);
  }
}
