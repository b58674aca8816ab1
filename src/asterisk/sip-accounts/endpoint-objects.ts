import { isIP } from 'node:net';
import type { SipCredentials } from '../../call/call-control.ts';
import { isReservedLogin } from '../../call/routing/reserved-logins.ts';
import type { Codec } from '../../call/routing/codecs.ts';
import type { Srtp } from '../../call/routing/srtp.ts';
import { trunkRegistration } from './trunk-registration.ts';
import { SIP_REALM, HEALTH_ENDPOINT } from '../../call/routing/sip-names.ts';
import type { SipClient, SipTrunk, MediaSettings, SipObject } from './sip-object.ts';

/** The context where calls of known senders come in (extensions.conf). */
const CONTEXT = 'legwork-in';
/** The context for a MESSAGE: it is empty, so a MESSAGE gets 404. In a context with Stasis it would stay there forever. */
const MESSAGE_CONTEXT = 'legwork-none';
const MAX_PHONES = 10;
const CLIENT_OPTIONS_S = 10;
const G711: readonly Codec[] = ['ulaw', 'alaw'];
/**
 * A phone or trunk that has not answered OPTIONS within this time is not called until it answers a later one: Asterisk
 * ignores late answers. Over UDP the request is sent five times in 8 s, so a slow phone or a lost packet does no harm.
 */
const SILENT_AFTER = { qualify_timeout: '8.000000' };
/**
 * An eleventh phone replaces one that does not answer, or else the oldest. As soon as another phone registers, all phones
 * of the client are asked.
 */
const clientAor = ({ clientOptionsS = CLIENT_OPTIONS_S }: MediaSettings) => ({
  max_contacts: String(MAX_PHONES),
  remove_existing: 'yes',
  remove_unavailable: 'yes',
  qualify_frequency: String(clientOptionsS),
  ...SILENT_AFTER,
});

/** Whether there can be a client with this login: Asterisk's names and our dial strings allow no other characters. */
export function isUsableLogin(login: string): boolean {
  return /^[a-z0-9][a-z0-9._+-]{0,62}$/.test(login) && !isReservedLogin(login);
}

/** The names by which Asterisk knows a client. Each has all of its phones, whichever name they registered with. */
export function namesOf(client: SipClient): readonly string[] {
  return digestsOf(client).map(({ id }) => id);
}

function digestsOf({ login, ha1, ha1AsSpelled }: SipClient) {
  const lowerCase = { id: login.toLowerCase(), ha1 };
  return ha1AsSpelled === undefined ? [lowerCase] : [lowerCase, { id: login, ha1: ha1AsSpelled }];
}

/**
 * An offer is answered with its own profile: RTP/AVPF, and RTP/SAVP if it has a key. If an offer has a plain and an
 * encrypted media line, Asterisk takes the first one, and refuses the whole offer if it cannot; so `optional`, which
 * takes both, offers RTP/AVP with a key. `required` offers and takes RTP/SAVP alone: anything else gets 488.
 */
export function encryption(srtp: Srtp): Readonly<Record<string, string>> {
  return {
    media_use_received_transport: 'yes',
    media_encryption: srtp === 'off' ? 'no' : 'sdes',
    media_encryption_optimistic: yesOrNo(srtp === 'optional'),
  };
}

/** The objects of a client, in the order in which they must be made. */
export function clientObjects(client: SipClient, media: MediaSettings): readonly SipObject[] {
  const names = namesOf(client);
  const all = names.join(',');
  const srtp = client.srtp ?? media.srtp ?? 'optional';
  const attributes = { ...endpointAttributes(media), ...encryption(srtp), aors: all, auth: all };
  return [
    ...digestsOf(client).map(({ id, ha1 }) => digestAuth(id, id, ha1)),
    ...names.map((id) => ({ type: 'aor' as const, id, attributes: clientAor(media) })),
    ...names.map((id) => ({ type: 'endpoint' as const, id, attributes })),
  ];
}

/** Who may sign in with a password that Asterisk never learns. */
export function digestAuth(id: string, username: string, ha1: string): SipObject {
  const attributes = {
    auth_type: 'digest',
    username,
    password_digest: `MD5:${ha1}`,
    realm: SIP_REALM,
    supported_algorithms_uas: 'MD5',
  };
  return { type: 'auth', id, attributes };
}

/** For the OPTIONS of our health check, for which Asterisk would otherwise log a notice each time. Nobody knows its password. */
export function healthObjects(media: MediaSettings): readonly SipObject[] {
  const id = HEALTH_ENDPOINT;
  const attributes = { auth_type: 'digest', username: id, password: crypto.randomUUID() };
  const endpoint = { ...endpointAttributes(media), auth: id, allow_unauthenticated_options: 'yes' };
  return [
    { type: 'auth', id, attributes },
    { type: 'endpoint', id, attributes: endpoint },
  ];
}

/** The objects of a trunk, in the order in which they must be made. */
export function trunkObjects(trunk: SipTrunk, media: MediaSettings): readonly SipObject[] {
  const id = trunk.sid;
  const withAuth = trunk.username !== undefined && trunk.password !== undefined;
  const match = trunkSources(trunk);
  const registration = trunkRegistration(trunk, trunkUri(trunk));
  return [
    ...(withAuth ? [trunkAuth(trunk, id)] : []),
    {
      type: 'aor',
      id,
      attributes: { contact: trunkUri(trunk), qualify_frequency: '15', ...SILENT_AFTER, max_contacts: '0' },
    },
    {
      type: 'endpoint',
      id,
      attributes: {
        ...endpointAttributes(media),
        rewrite_contact: 'no',
        aors: id,
        outbound_auth: withAuth ? id : '',
        from_domain: trunk.fromDomain ?? '',
        from_user: trunk.fromUser ?? '',
        send_pai: yesOrNo(trunk.sendAssertedIdentity),
        // A withheld caller is named there too, with Privacy: id.
        trust_id_outbound: yesOrNo(trunk.sendAssertedIdentity),
        trust_id_inbound: yesOrNo(trunk.trustAssertedIdentity),
        ...encryption(trunk.srtp ?? 'off'),
        // A call may set another value (one-call-endpoint.ts), which lasts until the trunk is changed.
        outbound_proxy: '',
        identify_by: 'ip',
      },
    },
    ...match.map((address, index) => ({
      type: 'identify' as const,
      id: identifyId(id, index),
      attributes: { endpoint: id, match: address },
    })),
    ...(registration === undefined ? [] : [registration]),
  ];
}

/** The id of the object for a trunk's n-th address: from an object with several, Asterisk's database keeps only the last. */
export function identifyId(trunkSid: string, index: number): string {
  return index === 0 ? trunkSid : `${trunkSid}.${index}`;
}

/** An endpoint for one outgoing call. Nobody can call in through it. */
export function oneCallObjects(
  id: string,
  { credentials, via }: { readonly credentials?: SipCredentials; readonly via?: string },
  media: MediaSettings,
): readonly SipObject[] {
  const attributes = {
    ...endpointAttributes(media),
    rewrite_contact: 'no',
    identify_by: 'ip',
    ...viaOf(via),
  };
  if (credentials === undefined) return [{ type: 'endpoint', id, attributes }];
  return [
    { type: 'auth', id, attributes: { auth_type: 'digest', ...credentials } },
    { type: 'endpoint', id, attributes: { ...attributes, outbound_auth: id } },
  ];
}

/**
 * Where the requests of an endpoint go first, whatever the host of their URI resolves to. `hide` is pjsip's own
 * parameter: it keeps the Route header from being sent.
 */
export function viaOf(via: string | undefined): Readonly<Record<string, string>> {
  return via === undefined ? {} : { outbound_proxy: `${via};lr;hide` };
}

function trunkAuth(trunk: SipTrunk, id: string): SipObject {
  return {
    type: 'auth',
    id,
    attributes: { auth_type: 'digest', username: trunk.username ?? '', password: trunk.password ?? '' },
  };
}

function yesOrNo(value = false): string {
  return value ? 'yes' : 'no';
}

/** `sip:host:port`, with the transport if it is not UDP. */
export function trunkUri({ host, port, transport = 'udp' }: SipTrunk): string {
  const address = isIP(host) === 6 ? `[${host}]` : host;
  return `sip:${address}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`;
}

export function endpointAttributes({
  mediaAddress,
  codecs = G711,
}: MediaSettings): Readonly<Record<string, string>> {
  return {
    context: CONTEXT,
    message_context: MESSAGE_CONTEXT,
    disallow: 'all',
    allow: codecs.join(','),
    direct_media: 'no',
    rtp_symmetric: 'yes',
    force_rport: 'yes',
    rewrite_contact: 'yes',
    // A REFER would run the dialplan on its own; "Refer-Sub: false" kills Asterisk 22.10.1.
    allow_transfer: 'no',
    allow_subscribe: 'no',
    // Silence alone ends nothing: media-watch.ts asks whether the party is still there.
    rtp_timeout: '0',
    rtp_timeout_hold: '0',
    timers_sess_expires: '1800',
    dtmf_mode: 'auto',
    identify_by: 'username',
    // With RTP bound to every address, Asterisk looks up its own host name for each call.
    ...(mediaAddress === undefined ? {} : { media_address: mediaAddress, bind_rtp_to_media_address: 'yes' }),
  };
}

/**
 * Where a trunk's calls come from, in the form of Asterisk's `match`. Over UDP the trunk's own address counts only with
 * its port, because another sender at that address may be a phone. TCP and TLS have no fixed source port.
 */
function trunkSources({ host, port, transport, ...trunk }: SipTrunk): readonly string[] {
  const { allowedAddresses, withheld = [] } = trunk;
  const family = withheld.includes(host) ? 0 : isIP(host);
  const withPort = family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  const own = family === 0 ? [] : [transport === 'tcp' || transport === 'tls' ? host : withPort];
  return [...own, ...allowedAddresses.filter((text) => isAddress(text) && !withheld.includes(text))];
}

/** Host names cannot identify a trunk: looking them up would block Asterisk. */
function isAddress(value: string): boolean {
  const [, bracketed, ipv4, port] = /^(?:\[(.*)\]|([\d.]+)):(\d{1,5})$/.exec(value) ?? [];
  if (port !== undefined) return isIP(bracketed ?? ipv4 ?? '') === (bracketed === undefined ? 4 : 6);
  const [address, bits, more] = value.split('/');
  if (address === undefined || more !== undefined || isIP(address) === 0) return false;
  return bits === undefined || /^\d{1,3}$/.test(bits);
}
