import { makeResponse, type NameAddress, type SipRequest, type SipResponse } from 'sip';
import { answerChallenge, type Credentials, isChallenge, mayAnswerAgain } from './digest-auth.ts';
import { ALLOW, addHeaders, type Content, type ExtraHeaders, withContent } from './dialog.ts';
import type { SipAddress, SipSocket } from './sip-socket.ts';
import type { Waits } from './waits.ts';

export const SDP = 'application/sdp';

export interface ResponseParts {
  readonly status: number;
  readonly reason: string;
  readonly headers?: ExtraHeaders | undefined;
  readonly content?: Content | undefined;
  /** Where requests of the call go from now on; every response that begins one must have it (RFC 3261 12.1.1). */
  readonly contact?: NameAddress | undefined;
}

/** What the calls of one phone share: the socket, the credentials, the waits. */
export class UserAgent {
  readonly name: string;
  readonly socket: SipSocket;
  readonly waits: Waits;
  readonly #credentials: Credentials;

  constructor(socket: SipSocket, waits: Waits, credentials: Credentials) {
    this.name = credentials.user;
    this.socket = socket;
    this.waits = waits;
    this.#credentials = credentials;
  }

  /** Sends a request, and sends it again with credentials if it is challenged. Resolves with the final response. */
  transact(
    build: () => SipRequest,
    to: SipAddress,
    options: { withinMs?: number | undefined } = {},
  ): Promise<SipResponse> {
    let method = '';
    const final = new Promise<SipResponse>((resolve) => {
      const { method: sent } = this.send(build, to, (response) => {
        if (response.status >= 200) resolve(response);
      });
      method = sent;
    });
    return this.waits.until(`the final response to ${method}`, final, options);
  }

  /** Like `transact`, but tells every response except the challenges that it answers, with the request that was sent last. */
  send(
    build: () => SipRequest,
    to: SipAddress,
    onResponse: (response: SipResponse, request: SipRequest) => void,
    maySendAgain: () => boolean = () => true,
  ): SipRequest {
    const attempt = (request: SipRequest, answered: number): void => {
      this.socket.send(request, to, (response) => {
        if (isChallenge(response) && mayAnswerAgain(response, answered) && maySendAgain()) {
          const again = build();
          if (answerChallenge(again, response, this.#credentials)) return attempt(again, answered + 1);
        }
        onResponse(response, request);
      });
    };
    const first = build();
    attempt(first, 0);
    return first;
  }

  /** Answers a request, with a tag of ours in the To header unless it has one. */
  respond(request: SipRequest, parts: ResponseParts, localTag: string): void {
    const response = makeResponse(request, parts.status, parts.reason);
    const { to, 'record-route': recordRoute } = request.headers;
    response.headers.to = { ...to, params: { ...to.params, tag: to.params['tag'] ?? localTag } };
    if (recordRoute !== undefined) response.headers['record-route'] = recordRoute;
    if (parts.contact !== undefined) response.headers.contact = [parts.contact];
    addHeaders(response.headers, parts.headers);
    this.socket.respond(withContent(response, parts.content));
  }
}

/** The response to a request that belongs to no call of this phone. */
export function replyOutsideCalls(request: SipRequest): ResponseParts {
  switch (request.method) {
    case 'OPTIONS':
      return { status: 200, reason: 'OK', headers: { Allow: ALLOW, Accept: 'application/sdp' } };
    case 'NOTIFY':
    case 'MESSAGE':
      return { status: 200, reason: 'OK' };
    case 'BYE':
    case 'CANCEL':
    case 'INFO':
    case 'INVITE':
      return { status: 481, reason: 'Call/Transaction Does Not Exist' };
    default:
      return { status: 405, reason: 'Method Not Allowed', headers: { Allow: ALLOW } };
  }
}
