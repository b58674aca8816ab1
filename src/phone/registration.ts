import type { NameAddress, SipResponse } from 'sip';
import { Dialog } from './dialog.ts';
import { SipFailure } from './sip-failure.ts';
import type { SipAddress } from './sip-socket.ts';
import { plainHeader, randomToken } from './sip-text.ts';
import type { UserAgent } from './user-agent.ts';

/** The registration is renewed after this share of its lifetime. */
const RENEW_AFTER = 0.8;
const RETRY_MS = 5000;

/** Keeps one contact registered with the server until it is told to stop. */
export class Registration {
  readonly #agent: UserAgent;
  readonly #server: SipAddress;
  readonly #requests: Dialog;
  #renewal: NodeJS.Timeout | undefined;
  #active = false;

  constructor(agent: UserAgent, server: SipAddress, contact: NameAddress) {
    const aor: NameAddress = { uri: `sip:${agent.name}@${server.host}:${server.port}`, params: {} };
    const target = `sip:${server.host}:${server.port}`;
    this.#agent = agent;
    this.#server = server;
    // REGISTER makes no dialog, but it keeps its Call-ID and counts its CSeq in the same way (RFC 3261 10.2.4).
    this.#requests = new Dialog({ callId: randomToken(), local: aor, remote: aor, target, contact });
  }

  get active(): boolean {
    return this.#active;
  }

  /** Throws SipFailure when the server refuses. */
  async register(expiresS: number, withinMs?: number): Promise<void> {
    const response = await this.#send(expiresS, withinMs);
    this.#active = true;
    const granted = Number(plainHeader(response, 'Expires') ?? this.#grantedToUs(response) ?? expiresS);
    this.#renewIn(granted * RENEW_AFTER * 1000, expiresS);
  }

  async unregister(withinMs?: number): Promise<void> {
    this.stop();
    await this.#send(0, withinMs);
  }

  /** Sends nothing more; the server drops the contact when it expires. */
  stop(): void {
    this.#active = false;
    clearTimeout(this.#renewal);
  }

  async #send(expiresS: number, withinMs: number | undefined): Promise<SipResponse> {
    const build = () => this.#requests.request('REGISTER', { headers: { Expires: String(expiresS) } });
    const response = await this.#agent.transact(build, this.#server, { withinMs });
    if (response.status < 300) return response;
    throw new SipFailure(`${this.#agent.name}: REGISTER`, response.status, response.reason);
  }

  #renewIn(ms: number, expiresS: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => {
      this.register(expiresS).catch(() => {
        if (this.#active) this.#renewIn(RETRY_MS, expiresS);
      });
    }, ms);
  }

  /** The server lists all contacts of the account; the one with our host and port is ours. */
  #grantedToUs(response: SipResponse): string | null | undefined {
    const { contact } = response.headers;
    if (contact === undefined || contact === '*') return undefined;
    return contact.find(({ uri }) => uri.includes(this.#contactHost()))?.params['expires'];
  }

  #contactHost(): string {
    const { host, port } = this.#agent.socket.address;
    return `@${host}:${port}`;
  }
}
