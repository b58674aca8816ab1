import type { SipObject, SipTrunk } from './sip-object.ts';

/** A failed attempt is repeated after this time, however it failed. */
const RETRY_S = '60';
/** As good as forever: two years at one attempt a minute. */
const MOST_RETRIES = '1000000';
const EXPIRY_S = '600';
const METRIC = /^asterisk_pjsip_outbound_registration_status\{(.*)\} (\d)$/;

/**
 * Our registration with a trunk; undefined when it wants none. The trunk's calls come to a contact whose user part is
 * the trunk's sid (the number that was called is then in To) and which has a secret `line` parameter, by which Asterisk
 * recognizes the trunk, whichever address it sends from.
 */
export function trunkRegistration(trunk: SipTrunk, trunkUri: string): SipObject | undefined {
  const { sid, register, username, fromDomain } = trunk;
  if (register !== true || username === undefined) return undefined;
  return {
    type: 'registration',
    id: sid,
    attributes: {
      server_uri: trunkUri,
      client_uri: clientUri(username, fromDomain === undefined ? trunkUri : `sip:${fromDomain}`),
      contact_user: sid,
      outbound_auth: sid,
      line: 'yes',
      endpoint: sid,
      expiration: EXPIRY_S,
      retry_interval: RETRY_S,
      forbidden_retry_interval: RETRY_S,
      fatal_retry_interval: RETRY_S,
      // A provider that does not know our account for an hour must not lose us forever.
      max_retries: MOST_RETRIES,
      auth_rejection_permanent: 'no',
      // By default up to ten seconds pass before the first attempt.
      max_random_initial_delay: '1',
    },
  };
}

/**
 * Whether a registration is in place, read from Asterisk's metrics (res_prometheus), because ARI itself does not tell.
 * The metrics name a registration by its `client_uri` and `server_uri`.
 */
export function standsIn(metrics: string, registration: SipObject): boolean {
  const { client_uri: client = '', server_uri: server = '' } = registration.attributes;
  return metrics.split('\n').some((line) => {
    const [, labels = '', value] = METRIC.exec(line) ?? [];
    return value === '1' && labels.includes(`username="${client}"`) && labels.includes(`domain="${server}"`);
  });
}

/** The URI with our user name in front of the host; characters that a URI does not allow there are escaped. */
function clientUri(username: string, trunkUri: string): string {
  const user = username.replace(/[^A-Za-z0-9._~+*=-]/g, encodeURIComponent);
  return trunkUri.replace(/^sip:/, `sip:${user}@`);
}
