import { AriError } from '../ari/ari-error.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { fields, readList, text } from '../ari/ari-objects.ts';
import { contactId } from './client-phones.ts';
import { ContactProbe } from './contact-probe.ts';
import type { AriConnection } from '../ari/connection.ts';
import { clientObjects, healthObjects, isUsableLogin, namesOf } from './endpoint-objects.ts';
import { linkObjects, proxyObjects } from './proxy-objects.ts';
import type { MediaSettings, SipClient, SipProxy, SipTrunk } from './sip-object.ts';
import {
  HEALTH_ENDPOINT,
  isWebEndpoint,
  loginOfEndpoint,
  LINK_ENDPOINT,
  PROXY_ENDPOINT,
  WEB_PHONE_ADDRESS,
  webEndpointOf,
} from '../../call/routing/sip-names.ts';
import type { Contact } from '../legs/dial-strings.ts';
import type { ClientStatus, TrunkStatus } from '../../call/sip-status.ts';
import type { Log } from '../../concurrency/log.ts';
import { SipObjects } from './sip-objects.ts';
import { TrunkProvisioning } from './trunk-provisioning.ts';
import { removeWebEndpoint, WebAccounts, type WebTokensByLogin, type WebTokensOf } from './web-accounts.ts';

/** Asterisk stores each object on disk; more requests at a time would only queue there. */
const PUSHES_AT_ONCE = 8;

export interface SipAccountsOptions extends MediaSettings {
  readonly log: Log;
  readonly clock: Clock;
  /** Without it, nobody has a token. */
  readonly webTokens?: WebTokensOf;
  /** Where clients register instead, so that none is pushed to Asterisk. */
  readonly proxy?: SipProxy;
  /** What the switches of a cluster know each other by. */
  readonly linkKey?: string;
}

/** All accounts that Asterisk must know. */
export interface SipAccountList {
  readonly clients: readonly SipClient[];
  readonly trunks: readonly SipTrunk[];
}

/**
 * The SIP accounts and trunks that Asterisk has. Each change is pushed over ARI and works at once, without a reload; the
 * database is their master.
 */
export class SipAccounts {
  readonly #ari: AriConnection;
  readonly #objects: SipObjects;
  readonly #media: MediaSettings;
  readonly #web: WebAccounts | undefined;
  readonly #proxy: SipProxy | undefined;
  readonly #linkKey: string | undefined;
  readonly #log: Log;
  readonly #trunks: TrunkProvisioning;
  readonly #probe: ContactProbe;

  constructor(ari: AriConnection, options: SipAccountsOptions) {
    this.#ari = ari;
    this.#objects = new SipObjects(ari);
    this.#probe = new ContactProbe(ari, options.log, this.#objects);
    this.#media = options;
    this.#proxy = options.proxy;
    this.#linkKey = options.linkKey;
    const { web, webTokens } = options;
    this.#web =
      web === undefined ? undefined : new WebAccounts(this.#objects, { ...options, web, webTokens });
    this.#trunks = new TrunkProvisioning(ari, this.#objects, options);
    this.#log = options.log;
    ari.onUp(({ restarted }) => {
      if (restarted) this.#objects.forget();
      this.#objects.push(HEALTH_ENDPOINT, healthObjects(options)).catch(this.#warn(HEALTH_ENDPOINT));
      this.#pushOwn().catch(this.#warn(PROXY_ENDPOINT));
    });
  }

  /** A new or changed client can register at once; a disabled one is removed. Rejects with AriError. */
  clientChanged(client: SipClient & { readonly status: 'enabled' | 'disabled' }): Promise<void> {
    return client.status === 'enabled' ? this.#pushClient(client) : this.clientRemoved(client.login);
  }

  /** The client's next REGISTER is refused, and it cannot be called any more. Rejects with AriError. */
  async clientRemoved(login: string): Promise<void> {
    // A client may have got a login before it was reserved; what has this name in Asterisk is not the client's.
    if (!isUsableLogin(login.toLowerCase())) return;
    for (const name of new Set([login.toLowerCase(), login])) await this.#remove(name);
    if (this.#web !== undefined) await this.#remove(webEndpointOf(login));
  }

  /** A new or changed trunk can send calls and be called at once. Rejects with AriError. */
  trunkChanged(trunk: SipTrunk): Promise<void> {
    return this.#trunks.push(trunk);
  }

  /** The trunk cannot send calls any more, and our registration with it ends. Rejects with AriError. */
  trunkRemoved(sid: string): Promise<void> {
    return this.#trunks.remove(sid);
  }

  /**
   * Gives Asterisk exactly the accounts that `read` returns; whatever fails is logged, and tried again by the next call.
   * They are read after Asterisk's list, so that an account that is made meanwhile is on neither list, or on both.
   */
  async syncAll(read: () => Promise<SipAccountList>): Promise<void> {
    const listed = await this.#endpoints();
    const { clients: all, trunks } = await read();
    const clients = this.#proxy === undefined ? all : [];
    const tokens = await this.#web?.allTokens();
    const wanted = new Set([
      HEALTH_ENDPOINT,
      ...(this.#proxy === undefined ? [] : [PROXY_ENDPOINT]),
      ...(this.#linkKey === undefined ? [] : [LINK_ENDPOINT]),
      ...clients.flatMap(namesOf),
      ...(this.#web === undefined ? [] : clients.map(({ login }) => webEndpointOf(login))),
      ...trunks.map((trunk) => trunk.sid),
    ]);
    const others = listed.filter((id) => !wanted.has(id));
    const work = [
      { id: PROXY_ENDPOINT, run: () => this.#pushOwn() },
      ...others.map((id) => ({ id, run: () => this.#remove(id) })),
      ...clients.map((client) => ({ id: client.login, run: () => this.#pushClient(client, tokens) })),
      ...trunks.map((trunk) => ({ id: trunk.sid, run: () => this.trunkChanged(trunk) })),
    ];
    await Promise.all(
      Array.from({ length: PUSHES_AT_ONCE }, async () => {
        for (let next = work.shift(); next !== undefined; next = work.shift()) {
          await next.run().catch(this.#warn(next.id));
        }
      }),
    );
  }

  /** Where a client's phones are; no contacts for a client that Asterisk does not know. Rejects with AriError. */
  async clientStatus(login: string): Promise<ClientStatus> {
    const contacts = await this.#contacts(login.toLowerCase());
    return { registered: contacts.length > 0, contacts: contacts.map((contact) => contact.uri) };
  }

  /** Ends registrations of a client's browser phones, by the ports from which their messages come. Rejects with AriError. */
  async endWebRegistrations(login: string, ports: readonly number[]): Promise<void> {
    const ours = ports.map((port) => `@${WEB_PHONE_ADDRESS}:${port};`);
    for (const { uri } of await this.#contacts(login)) {
      if (!ours.some((place) => `${uri};`.includes(place))) continue;
      await this.#objects.delete('contact', contactId(webEndpointOf(login), uri));
    }
  }

  /** Rejects with AriError. */
  trunkStatus(trunk: SipTrunk): Promise<TrunkStatus> {
    return this.#trunks.status(trunk);
  }

  /** The endpoints that answer our OPTIONS: a client's phone, or a trunk. Rejects with AriError. */
  async reachable(): Promise<ReadonlySet<string>> {
    const list = await this.#ari.run('endpoints', 'listByTech', { tech: 'PJSIP' });
    return new Set(
      readList(list, (item) => {
        const endpoint = fields(item);
        const name = endpoint?.['state'] === 'online' ? text(endpoint['resource']) : undefined;
        return name !== undefined && isWebEndpoint(name) ? loginOfEndpoint(name) : name;
      }),
    );
  }

  #contacts(login: string): Promise<readonly Contact[]> {
    return this.#probe.phones({ login, web: this.#web !== undefined });
  }

  async #endpoints(): Promise<readonly string[]> {
    const list = await this.#ari.run('endpoints', 'listByTech', { tech: 'PJSIP' });
    return readList(list, (item) => text(fields(item)?.['resource']));
  }

  /** What machines of ours are known by. */
  async #pushOwn(): Promise<void> {
    if (this.#linkKey !== undefined)
      await this.#objects.push(LINK_ENDPOINT, linkObjects(this.#linkKey, this.#media));
    if (this.#proxy !== undefined)
      await this.#objects.push(PROXY_ENDPOINT, proxyObjects(this.#proxy, this.#media));
  }

  async #pushClient(client: SipClient, tokens?: WebTokensByLogin): Promise<void> {
    if (this.#proxy !== undefined) return;
    const login = client.login.toLowerCase();
    if (!isUsableLogin(login)) throw new AriError(400, 'The login cannot be a SIP account');
    await this.#objects.push(login, clientObjects(client, this.#media));
    await this.#web?.push(client, tokens);
  }

  async #remove(id: string): Promise<void> {
    if (isTrunk(id)) return this.#trunks.remove(id);
    if (isWebEndpoint(id)) return removeWebEndpoint(this.#objects, id);
    this.#objects.forget(id);
    for (const type of ['endpoint', 'aor', 'auth'] as const) await this.#objects.delete(type, id);
  }

  #warn(id: string): (error: unknown) => void {
    return (error) => this.#log.warn({ endpoint: id, reason: String(error) }, 'Asterisk refused an endpoint');
  }
}

function isTrunk(endpoint: string): boolean {
  return /^TK[0-9a-f]{32}$/.test(endpoint);
}
