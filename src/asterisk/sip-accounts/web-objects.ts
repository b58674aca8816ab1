import { webEndpointOf } from '../../call/routing/sip-names.ts';
import { digestAuth, endpointAttributes } from './endpoint-objects.ts';
import type { MediaSettings, SipClient, SipObject, WebPhoneSettings, WebToken } from './sip-object.ts';

const MAX_BROWSERS = 10;
/** The longest registration, in seconds: so long after its end a token may still be registered. */
export const LONGEST_REGISTRATION_S = 300;
/**
 * A browser phone that is gone has closed its WebSocket, and with it goes its contact; so none of them is asked with
 * OPTIONS.
 */
const WEB_AOR = {
  max_contacts: String(MAX_BROWSERS),
  remove_existing: 'yes',
  remove_unavailable: 'yes',
  default_expiration: String(LONGEST_REGISTRATION_S),
  maximum_expiration: String(LONGEST_REGISTRATION_S),
};

/**
 * The objects of a client's browser phones, in the order in which they must be made: an endpoint of its own, because
 * `webrtc=yes` offers DTLS to every contact, which a desk phone refuses. It has one auth object for each token (their
 * usernames differ, so one challenge serves all), and one for the client's own password.
 */
export function webObjects(
  client: SipClient,
  tokens: readonly WebToken[],
  media: MediaSettings & { readonly web: WebPhoneSettings },
): readonly SipObject[] {
  const id = webEndpointOf(client.login);
  const auths = [
    digestAuth(id, client.login.toLowerCase(), client.ha1),
    ...tokens.map(({ username, ha1 }) => digestAuth(`${id}.${username}`, username, ha1)),
  ];
  const attributes = {
    ...endpointAttributes(media),
    webrtc: 'yes',
    dtls_auto_generate_cert: 'yes',
    allow: media.web.codecs.join(','),
    // Video is declined; bundled or repeated media streams are also what can freeze Asterisk below 22.11 (#1946).
    max_video_streams: '0',
    aors: id,
    auth: auths.map((auth) => auth.id).join(','),
  };
  return [...auths, { type: 'aor', id, attributes: WEB_AOR }, { type: 'endpoint', id, attributes }];
}
