import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '../../concurrency/clock.ts';
import type { SipHop } from '../../call/routing/sip-hop.ts';
import { hostsFile } from '../../webhooks/names/hosts-file.ts';
import { cachedNames } from '../../webhooks/names/name-cache.ts';
import { nameServers } from '../../webhooks/names/name-servers.ts';

/** One place that a SIP request can be sent to. */
export interface SipPlace {
  readonly address: string;
  readonly port: number;
  readonly transport: string;
}

/** Look-ups in name servers; each rejects, or finds nothing, when there is nothing. */
export interface NameServers {
  services(name: string): Promise<readonly ServiceRecord[]>;
  addresses(host: string): Promise<readonly string[]>;
}

interface ServiceRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

const SIP_PORT = 5060;
const SIP_TLS_PORT = 5061;
const SERVICE_LOOKUP = { timeout: 1_000, tries: 2 };
const KEEP_MS = 30_000;
const KEEP_NOTHING_MS = 5_000;
const MAX_KEPT = 1_000;
/** How many places of one name are looked at. */
const MAX_PLACES = 16;

/** The machine's own hosts file and name servers, asked without blocking a thread. */
export function systemNameServers(clock: Clock): NameServers {
  const addressesOf = cachedNames(nameServers({ clock }), hostsFile(clock), clock);
  return {
    // A new resolver reads resolv.conf again.
    services: (name) => new Resolver(SERVICE_LOOKUP).resolveSrv(name),
    addresses: async (host) => (await addressesOf(host)).map(({ address }) => address),
  };
}

/** Finds where SIP requests go (RFC 3263 without NAPTR), and keeps what it found for half a minute. */
export class SipNames {
  readonly #servers: NameServers;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly places: Promise<readonly SipPlace[]>; until: number }>();

  constructor(servers: NameServers, clock: Clock) {
    this.#servers = servers;
    this.#clock = clock;
  }

  /** The places of a hop, the first choice first; none for a name that leads nowhere. Never rejects. */
  async find(hop: SipHop): Promise<readonly SipPlace[]> {
    const { host, transport = 'udp', port = standardPort(transport) } = hop;
    if (isIP(host) !== 0) return [{ address: host, port, transport }];
    const key = `${host.toLowerCase()} ${hop.port ?? ''} ${hop.transport ?? ''}`;
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > this.#clock.steady()) return known.places;
    const places = this.#lookUp(hop);
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const entry = { places, until: this.#clock.steady() + KEEP_MS };
    this.#kept.set(key, entry);
    if ((await places).length === 0) entry.until = this.#clock.steady() + KEEP_NOTHING_MS;
    return places;
  }

  async #lookUp({ host, port, transport }: SipHop): Promise<readonly SipPlace[]> {
    const places: SipPlace[] = [];
    if (port === undefined) {
      for (const way of transport === undefined ? ['udp', 'tcp'] : [transport]) {
        places.push(...(await this.#byService(host, way)));
      }
    }
    if (places.length > 0) return places.slice(0, MAX_PLACES);
    const found = await this.#addresses(host);
    return found.slice(0, MAX_PLACES).map((address) => ({
      address,
      port: port ?? standardPort(transport),
      transport: transport ?? 'udp',
    }));
  }

  async #byService(host: string, transport: string): Promise<readonly SipPlace[]> {
    const service = transport === 'tls' ? '_sips._tcp' : `_sip._${transport}`;
    const records = await this.#servers.services(`${service}.${host}`).catch(() => []);
    const sorted = records.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight);
    const found = await Promise.all(
      sorted.slice(0, MAX_PLACES).map(async ({ name, port }) => {
        const addresses = isIP(name) === 0 ? await this.#addresses(name) : [name];
        return addresses.map((address) => ({ address, port, transport }));
      }),
    );
    return found.flat();
  }

  #addresses(host: string): Promise<readonly string[]> {
    return this.#servers.addresses(host).catch(() => []);
  }
}

function standardPort(transport: string | undefined): number {
  return transport === 'tls' ? SIP_TLS_PORT : SIP_PORT;
}
