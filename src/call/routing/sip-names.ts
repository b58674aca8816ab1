/** The realm of our digests; must be the same as `default_realm` in pjsip.conf. */
export const SIP_REALM = 'legwork';

/**
 * The name with which we check that Asterisk's SIP port is alive (sip-health.ts): it may send OPTIONS, and nothing
 * else. It is random because Asterisk answers a name that it knows differently, which a stranger could probe for.
 */
export const HEALTH_ENDPOINT = `legwork-health-${crypto.randomUUID()}`;
