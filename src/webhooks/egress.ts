import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Rule = { readonly cidr: readonly [Address, number] } | { readonly host: string };

/** Where requests may go: WEBHOOK_ALLOW and WEBHOOK_DENY. Entries are CIDRs, addresses, `host` or `*.domain`. */
export interface EgressSettings {
  readonly allow: readonly string[];
  /** Comes on top of the built-in denials; `allow` beats both. */
  readonly deny: readonly string[];
  /** Loopback is denied too, unless the whole installation is local (HTTP_HOST is loopback). */
  readonly denyLoopback: boolean;
  /** Allowed on this port alone, although its address is not: where this Legwork itself answers. */
  readonly ownOrigin?: string;
}

/** The rules for outgoing requests, asked for every hop: by name before the look-up, by address after it. */
export interface Egress {
  /** Scheme, host and port as `URL.origin`; true needs no further question. */
  originAllowed(origin: string): boolean;
  /** By name alone; undefined leaves it to the addresses. */
  hostVerdict(host: string): 'allowed' | 'denied' | undefined;
  /** `address` as the resolver or the URL parser wrote it; anything that is not an address is denied. */
  addressAllowed(address: string): boolean;
}

const ALWAYS_DENIED = [
  '0.0.0.0/8', // unspecified, "this network"
  '::/128',
  '169.254.0.0/16', // link-local, with the metadata services of most clouds
  'fe80::/10',
  'fd00:ec2::/32', // metadata: AWS over IPv6
  'fd20:ce::254/128', // metadata: Google over IPv6
  '100.100.100.200/32', // metadata: Alibaba
  '168.63.129.16/32', // metadata: Azure
  '192.0.0.192/32', // metadata: Oracle
  '224.0.0.0/4', // multicast
  'ff00::/8',
  '255.255.255.255/32',
  'metadata.google.internal',
];
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Tells whether this host, as in HTTP_HOST, is the machine itself. */
export function isLoopback(host: string): boolean {
  const name = normalHost(host).replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost') return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}

/** Tells whether `text` can stand in WEBHOOK_ALLOW or WEBHOOK_DENY. */
export function isEgressRule(text: string): boolean {
  return parseRule(text) !== undefined;
}

/** Builds the rules; throws RangeError when an entry is not one (see `isEgressRule`). */
export function createEgress(settings: EgressSettings): Egress {
  const allow = settings.allow.map(ruleOf);
  const deny = [...ALWAYS_DENIED, ...(settings.denyLoopback ? LOOPBACK : []), ...settings.deny].map(ruleOf);
  return {
    originAllowed: (origin) => origin === settings.ownOrigin,
    hostVerdict(host) {
      const name = normalHost(host);
      if (allow.some((rule) => matchesHost(rule, name))) return 'allowed';
      return deny.some((rule) => matchesHost(rule, name)) ? 'denied' : undefined;
    },
    addressAllowed(address) {
      if (!ipaddr.isValid(address)) return false;
      const forms = formsOf(ipaddr.parse(address));
      if (forms.some((form) => allow.some((rule) => matchesAddress(rule, form)))) return true;
      return !forms.some((form) => deny.some((rule) => matchesAddress(rule, form)));
    },
  };
}

function ruleOf(text: string): Rule {
  const rule = parseRule(text);
  if (rule === undefined) throw new RangeError(`neither a CIDR nor a host name: ${text}`);
  return rule;
}

function parseRule(text: string): Rule | undefined {
  const trimmed = text.trim();
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(trimmed) || ipaddr.IPv6.isValidCIDR(trimmed))
    return { cidr: ipaddr.parseCIDR(trimmed) };
  if (ipaddr.IPv4.isValidFourPartDecimal(trimmed) || ipaddr.IPv6.isValid(trimmed)) {
    const address = ipaddr.parse(trimmed);
    return { cidr: [address, address.kind() === 'ipv4' ? 32 : 128] };
  }
  const host = normalHost(trimmed);
  // All digits and dots is a mistyped address, not a name.
  if (/^[\d./]+$/.test(host)) return undefined;
  return /^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(host) ? { host } : undefined;
}

function normalHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function matchesHost(rule: Rule, host: string): boolean {
  if (!('host' in rule)) return false;
  return rule.host.startsWith('*.') ? host.endsWith(rule.host.slice(1)) : host === rule.host;
}

function matchesAddress(rule: Rule, address: Address): boolean {
  if (!('cidr' in rule)) return false;
  const [network, bits] = rule.cidr;
  return network.kind() === address.kind() && address.match(network, bits);
}

/** The address and the IPv4 address that hides in it, if one does: a rule for either holds for both. */
function formsOf(address: Address): readonly Address[] {
  if (address.kind() === 'ipv4') return [address];
  const bytes = address.toByteArray();
  switch (true) {
    case startsWith(bytes, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]): // ::ffff:a.b.c.d
    case startsWith(bytes, [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0]): // ::ffff:0:a.b.c.d
    case startsWith(bytes, [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]): // NAT64
      return [address, new ipaddr.IPv4(bytes.slice(12))];
    case startsWith(bytes, [0x20, 0x02]): // 6to4
      return [address, new ipaddr.IPv4(bytes.slice(2, 6))];
    case bytes.slice(0, 12).every(isZero) && !bytes.slice(12, 15).every(isZero):
      return [address, new ipaddr.IPv4(bytes.slice(12))]; // ::a.b.c.d, but not :: and ::1
    default:
      return [address];
  }
}

function isZero(byte: number): boolean {
  return byte === 0;
}

function startsWith(bytes: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
