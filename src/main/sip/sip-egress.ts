import { isIP } from 'node:net';
import { type Network, networksOf, overlap, parseNetwork } from '../../api/sip-trunks/networks.ts';
import type { DialTarget } from '../../call/call-control.ts';
import type { SipWay } from '../../call/directory.ts';
import type { AccountRepository, Repository, TrunkRecord } from '../../records/repositories.ts';
import { hopOf, type SipHop } from '../../call/routing/sip-hop.ts';
import { createEgress, isLoopback } from '../../webhooks/egress.ts';
import type { SipNames, SipPlace } from './sip-names.ts';

/** What SIP may reach: SIP_ALLOW, SIP_DENY, and what belongs to this Legwork itself. */
export interface SipEgressSettings {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Asterisk listens on loopback alone; then other things on this machine may be called. */
  readonly isLocal: boolean;
  /** Whether Asterisk can send SIP over TLS. */
  readonly hasTls: boolean;
  /** Where we, and the services that we use, listen; a wildcard is every address of this machine. */
  readonly services: readonly { readonly host: string; readonly port: number }[];
  /** Addresses of this machine, as it has them now. */
  readonly ownAddresses: () => readonly string[];
}

export interface SipEgressDeps {
  readonly trunks: Pick<Repository<TrunkRecord>, 'all'>;
  readonly accounts: Pick<AccountRepository, 'first'>;
  readonly names: Pick<SipNames, 'find'>;
  readonly settings: SipEgressSettings;
}

type Target = Exclude<DialTarget, { kind: 'client' }>;

/** Who wants to call: an account, through one of its trunks or to an address of its own choice. */
interface Asking {
  readonly accountSid: string;
  /** The account of the installation. */
  readonly first: string | undefined;
  readonly trunk?: TrunkRecord;
  /** The trunk is about to be stored. */
  readonly isNew?: true;
}

/** Nothing that speaks SIP is below; other services are. */
const LOWEST_PORT = 1024;
const INTERNAL = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '::1',
  'fc00::/7',
];

const NO_TLS =
  'SIP over TLS needs a certificate of this Legwork (TLS_CERT_FILE and TLS_KEY_FILE, or TLS=self)';

/** Decides for each call whether it may go to its host, by the addresses that the host has now. */
export class SipEgress {
  readonly #deps: SipEgressDeps;
  readonly #rules;
  readonly #allowed;
  readonly #internal = INTERNAL.map(parseNetwork).filter((network) => network !== undefined);

  constructor(deps: SipEgressDeps) {
    this.#deps = deps;
    const { allow, deny, isLocal } = deps.settings;
    this.#rules = createEgress({ allow, deny, denyLoopback: !isLocal });
    // Lets through only what SIP_ALLOW names.
    this.#allowed = createEgress({ allow, deny: ['0.0.0.0/0', '::/0'], denyLoopback: true });
  }

  /** The way to a target for a call of this account. Rejects when the database cannot be read. */
  async wayTo(accountSid: string, target: Target): Promise<SipWay> {
    const [trunks, first] = await Promise.all([this.#deps.trunks.all(), this.#deps.accounts.first()]);
    const asking = { accountSid, first: first?.sid };
    if (target.kind === 'sip') return this.#check(asking, hopOf(target.uri), trunks);
    const trunk = trunks.find(({ sid }) => sid === target.trunkSid);
    if (trunk === undefined) return { ok: false, why: 'The trunk no longer exists' };
    const way = await this.#check({ ...asking, trunk }, trunkHop(trunk), trunks);
    // For the installation's own carriers Asterisk chooses among the addresses, and tries the next one if one fails.
    return way.ok && isInstallation(asking) ? { ok: true } : way;
  }

  /** Where a request to a trunk goes now, or why it may go nowhere. Rejects when the database cannot be read. */
  async placeOf(trunk: TrunkRecord): Promise<SipPlace | { readonly why: string }> {
    const [trunks, first] = await Promise.all([this.#deps.trunks.all(), this.#deps.accounts.first()]);
    return this.#place({ accountSid: trunk.accountSid, first: first?.sid, trunk }, trunkHop(trunk), trunks);
  }

  /** Why a trunk may not have its host; a name that leads nowhere now is allowed, because each call is checked again. */
  async hostProblem(trunk: TrunkRecord): Promise<string | undefined> {
    const [trunks, first] = await Promise.all([this.#deps.trunks.all(), this.#deps.accounts.first()]);
    const hop = trunkHop(trunk);
    if ((await this.#deps.names.find(hop)).length === 0) return undefined;
    const asking = { accountSid: trunk.accountSid, first: first?.sid, trunk, isNew: true as const };
    const way = await this.#check(asking, hop, trunks);
    return way.ok ? undefined : way.why;
  }

  /** The trunk whose calls come from there, or go there; of several, the oldest. */
  async trunkAt(address: string): Promise<TrunkRecord | undefined> {
    const one = parseNetwork(address);
    if (one === undefined) return undefined;
    const trunks = await this.#deps.trunks.all();
    const named = await Promise.all(trunks.map((trunk) => this.#deps.names.find(trunkHop(trunk))));
    return trunks.find((trunk, index) => {
      const places = (named[index] ?? []).map((place) => parseNetwork(place.address));
      return [...networksOf(trunk), ...places].some((other) => other !== undefined && overlap(one, other));
    });
  }

  async #check(asking: Asking, hop: SipHop | undefined, trunks: readonly TrunkRecord[]): Promise<SipWay> {
    if (hop === undefined) return { ok: false, why: 'Not a SIP address that can be dialled' };
    const place = await this.#place(asking, hop, trunks);
    if ('why' in place) return { ok: false, why: place.why };
    return isIP(hop.host) === 0 ? { ok: true, via: uriOf(place) } : { ok: true };
  }

  async #place(
    asking: Asking,
    hop: SipHop,
    trunks: readonly TrunkRecord[],
  ): Promise<SipPlace | { readonly why: string }> {
    const { host, port } = hop;
    if (port !== undefined && port < LOWEST_PORT) return { why: lowPort(port) };
    if (this.#rules.hostVerdict(host) === 'denied') return { why: denied(host) };
    const [places, foreign] = await Promise.all([this.#deps.names.find(hop), this.#foreign(asking, trunks)]);
    const problems = places.map((place) => this.#problem(asking, host, place, foreign));
    const place = places[problems.indexOf(undefined)];
    return place ?? { why: problems[0] ?? `The name ${host} leads to no address` };
  }

  #problem(asking: Asking, host: string, place: SipPlace, foreign: readonly Network[]): string | undefined {
    const { address, port, transport } = place;
    if (transport === 'tls' && !this.#deps.settings.hasTls) return NO_TLS;
    const network = parseNetwork(address);
    if (network === undefined) return `${host} has an address that cannot be used`;
    if (foreign.some((other) => overlap(network, other))) return `${host} is a trunk of another account`;
    if (port < LOWEST_PORT) return lowPort(port);
    if (this.#allowed.hostVerdict(host) === 'allowed' || this.#allowed.addressAllowed(address))
      return undefined;
    if (!this.#rules.addressAllowed(address)) return denied(host);
    if (this.#isOurs(address, port)) return ourselves(host, port);
    if (transport === 'udp' || (isInstallation(asking) && asking.trunk !== undefined)) return undefined;
    // How soon a call ends would tell of every TCP port whether it is open.
    if (!this.#internal.some((other) => overlap(network, other))) return undefined;
    return `SIP must not go to ${host}, which is in a private network, by ${transport} (see SIP_ALLOW)`;
  }

  #isOurs(address: string, port: number): boolean {
    const { ownAddresses, services } = this.#deps.settings;
    return services.some((service) => {
      if (service.port !== port) return false;
      if (!['0.0.0.0', '::'].includes(service.host)) return service.host === address;
      return isLoopback(address) || ownAddresses().includes(address);
    });
  }

  /**
   * Trunks of other accounts, which would take this account's calls for theirs because both come from us. The
   * installation may call all of them. A stored trunk stays usable when somebody points a name at its address.
   */
  async #foreign(asking: Asking, trunks: readonly TrunkRecord[]): Promise<readonly Network[]> {
    if (isInstallation(asking)) return [];
    const others = trunks.filter(({ accountSid }) => accountSid !== asking.accountSid);
    const installation = others.filter(({ accountSid }) => accountSid === asking.first);
    const names = asking.trunk === undefined || asking.isNew === true ? others : installation;
    const hosts = await Promise.all(
      names.filter((other) => isShut(other, asking)).map((other) => this.#deps.names.find(trunkHop(other))),
    );
    return [
      ...installation.flatMap(networksOf),
      ...others.map(({ host }) => parseNetwork(host)),
      ...hosts.flat().map(({ address }) => parseNetwork(address)),
    ].filter((network) => network !== undefined);
  }
}

function isInstallation({ accountSid, first }: Asking): boolean {
  return accountSid === first;
}

/** Whether another account's trunk by name is closed to this one; a provider that asks for passwords may serve both. */
function isShut({ host, username }: TrunkRecord, { trunk }: Asking): boolean {
  return isIP(host) === 0 && (trunk === undefined || username === undefined);
}

function trunkHop({ host, port, transport }: TrunkRecord): SipHop {
  return { host, port, transport };
}

function uriOf({ address, port, transport }: SipPlace): string {
  const host = isIP(address) === 6 ? `[${address}]` : address;
  return `sip:${host}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`;
}

function ourselves(host: string, port: number): string {
  const hint = isIP(host) === 0 ? ' (see SIP_DOMAINS)' : '';
  return `${host}:${port} is this Legwork itself${hint}`;
}

function lowPort(port: number): string {
  return `SIP must not go to port ${port}, only to ports from ${LOWEST_PORT} on`;
}

function denied(host: string): string {
  return `SIP must not go to ${host} (see SIP_DENY)`;
}
