/** The realm of our digests; must be the same as `default_realm` in pjsip.conf. */
export const SIP_REALM = 'legwork';

/** The endpoint of the proxy in front of a cluster (SIP_PROXY): calls of clients come in through it, and go out to them. */
export const PROXY_ENDPOINT = 'legwork-proxy';

/** The endpoint of the other switches of a cluster: internal calls that bring a leg to a room on another switch. */
export const LINK_ENDPOINT = 'legwork-link';

/** What Asterisk and the proxy say to each other in an INVITE (asterisk-config/kamailio); nobody else's count. */
export const PROXY_HEADERS = {
  /** Who knows it is the proxy, or a switch. */
  key: 'X-Legwork-Key',
  /** The login of the client that calls, in lower case. */
  client: 'X-Legwork-Client',
} as const;

/** Whether this is the name of a header by which only machines of ours talk to each other. */
export function isOwnHeader(name: string): boolean {
  return /^X-Legwork-/i.test(name);
}

/**
 * The name with which we check that Asterisk's SIP port is alive (sip-health.ts): it may send OPTIONS, and nothing
 * else. It is random because Asterisk answers a name that it knows differently, which a stranger could probe for.
 */
export const HEALTH_ENDPOINT = `legwork-health-${crypto.randomUUID()}`;

const WEB_SUFFIX = '~web';

/**
 * Where browser phones come from, as Asterisk sees it: Legwork passes their messages on from this loopback address,
 * which no trunk may have, because a trunk is known by its address alone. Linux has all of 127.0.0.0/8.
 */
export const WEB_PHONE_ADDRESS = '127.83.73.80';

/** The name of the endpoint of a client's browser phones. No login has a `~`. */
export function webEndpointOf(login: string): string {
  return `${login.toLowerCase()}${WEB_SUFFIX}`;
}

export function isWebEndpoint(endpoint: string): boolean {
  return endpoint.endsWith(WEB_SUFFIX);
}

/** The login of the client to whom an endpoint belongs: the one of its desk phones or of its browser phones. */
export function loginOfEndpoint(endpoint: string): string {
  const login = isWebEndpoint(endpoint) ? endpoint.slice(0, -WEB_SUFFIX.length) : endpoint;
  return login.toLowerCase();
}
