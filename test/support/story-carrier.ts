import { createHash } from 'node:crypto';
import type { SipRequest } from 'sip';
import type { Phone } from '../../src/phone/phone.ts';
import type { ResponseParts } from '../../src/phone/user-agent.ts';
import type { LiveStory } from './live-story.ts';

const REALM = 'carrier.example';
const NONCE = createHash('md5').update('nonce').digest('hex');

/** A carrier that wants to know who calls, and is a registrar. */
export interface Carrier {
  readonly phone: Phone;
  /** The REGISTERs that it took, oldest first. */
  readonly registers: readonly Registered[];
  /** Requests with wrong credentials. */
  readonly refused: readonly string[];
}

export interface Registered {
  readonly from: string;
  readonly username: string;
  readonly contact: string;
  /** Seconds; 0 ends it. */
  readonly expires: number;
}

export interface CarrierOptions {
  readonly username: string;
  readonly password: string;
  readonly localHost?: string;
  /** Asks as a proxy (407) or as the callee itself (401). */
  readonly challenge?: 401 | 407;
}

/** A peer of the story that answers INVITE and REGISTER only to this user. */
export async function makeCarrier(story: LiveStory, options: CarrierOptions): Promise<Carrier> {
  const registers: Registered[] = [];
  const refused: string[] = [];
  const status = options.challenge ?? 401;
  const screen = (request: SipRequest): ResponseParts | undefined => {
    if (!['INVITE', 'REGISTER'].includes(request.method) || 'tag' in request.headers.to.params)
      return undefined;
    const proof = proofOf(request, request.method === 'REGISTER' ? 401 : status);
    if (proof === undefined || !isRight(proof, request, options)) {
      if (proof !== undefined) refused.push(request.method);
      return challengeOf(request.method === 'REGISTER' ? 401 : status);
    }
    if (request.method === 'INVITE') return undefined;
    const contact = contactOf(request);
    const expires = Number(request.headers['expires'] ?? 3600);
    registers.push({ from: request.headers.from.uri, username: proof['username'] ?? '', contact, expires });
    const binding = expires === 0 ? {} : { Contact: `<${contact}>;expires=${expires}` };
    return { status: 200, reason: 'OK', headers: binding };
  };
  const phone = await story.peer('carrier', options.localHost ?? '127.0.0.7', { screen });
  return { phone, registers, refused };
}

type Proof = Readonly<Record<string, string>>;

function proofOf({ headers }: SipRequest, challenge: 401 | 407): Proof | undefined {
  const [header] = headers[challenge === 401 ? 'authorization' : 'proxy-authorization'] ?? [];
  if (header === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(header).map(([name, value]) => [name, (value ?? '').replace(/^"|"$/g, '')]),
  );
}

function isRight(proof: Proof, request: SipRequest, { username, password }: CarrierOptions): boolean {
  const secret = md5(username, REALM, password);
  const { nc = '', cnonce = '', qop = '', uri = '', response } = proof;
  return (
    proof['username'] === username &&
    proof['nonce'] === NONCE &&
    // Some compare it with the Request-URI character by character.
    uri === request.uri &&
    response === md5(secret, NONCE, nc, cnonce, qop, md5(request.method, uri))
  );
}

function md5(...parts: readonly string[]): string {
  return createHash('md5').update(parts.join(':')).digest('hex');
}

function challengeOf(status: 401 | 407): ResponseParts {
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  const value = `Digest realm="${REALM}", nonce="${NONCE}", algorithm=MD5, qop="auth"`;
  return { status, reason: 'Who Are You', headers: { [name]: value } };
}

function contactOf({ headers: { contact } }: SipRequest): string {
  return Array.isArray(contact) ? (contact[0]?.uri ?? '') : '*';
}
