/** The realm of our digests; must be the same as `default_realm` in pjsip.conf. */
export const SIP_REALM = 'legwork';

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
