/** The realm of our digests; `default_realm` in pjsip.conf says the same. */
export const SIP_REALM = 'legwork';

/**
 * Who asks Asterisk's SIP port whether it lives (sip-health.ts): it may send OPTIONS, and nothing else. A name
 * that somebody could guess would get another answer than all others.
 */
export const HEALTH_ENDPOINT = `legwork-health-${crypto.randomUUID()}`;
