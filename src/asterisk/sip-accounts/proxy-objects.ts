import { LINK_ENDPOINT, PROXY_ENDPOINT, PROXY_HEADERS } from '../../call/routing/sip-names.ts';
import { encryption, endpointAttributes } from './endpoint-objects.ts';
import type { MediaSettings, SipObject, SipProxy } from './sip-object.ts';

/**
 * The endpoint of the proxy, in the order in which its objects must be made. It is known by its key alone: over UDP
 * anybody could send a request from its address.
 */
export function proxyObjects({ address, key }: SipProxy, media: MediaSettings): readonly SipObject[] {
  const id = PROXY_ENDPOINT;
  return [
    {
      type: 'endpoint',
      id,
      attributes: {
        ...endpointAttributes(media),
        ...encryption(media.srtp ?? 'optional'),
        // Contacts are the phones', with the way that the proxy has added.
        rewrite_contact: 'no',
        force_rport: 'no',
        identify_by: 'header',
        outbound_proxy: `sip:${address};transport=tcp;lr;hide`,
      },
    },
    {
      type: 'identify',
      id,
      attributes: { endpoint: id, match_header: `${PROXY_HEADERS.key}: ${key}` },
    },
  ];
}

/** The endpoint of the other switches of a cluster, which are known by their key likewise. */
export function linkObjects(key: string, media: MediaSettings): readonly SipObject[] {
  const id = LINK_ENDPOINT;
  return [
    {
      type: 'endpoint',
      id,
      attributes: {
        ...endpointAttributes(media),
        rewrite_contact: 'no',
        force_rport: 'no',
        identify_by: 'header',
      },
    },
    { type: 'identify', id, attributes: { endpoint: id, match_header: `${PROXY_HEADERS.key}: ${key}` } },
  ];
}
