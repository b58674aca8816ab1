import { z } from 'zod';
import { API_VERSION } from '../../call/leg/parameters.ts';
import { rfc2822 } from '../../call/dates.ts';
import { SIP_REALM, webEndpointOf } from '../../call/routing/sip-names.ts';
import type { ClientToken } from '../../records/client-token.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, sid, text, uri } from '../reply-parts.ts';
import type { IceServer } from '../tokens/ice-servers.ts';
import { iceServerReply } from '../tokens/routes.ts';
import type { WebPhoneAccess } from '../web-phone-access.ts';

const token = {
  sid: sid('TO'),
  client_sid: sid('CL'),
  account_sid: sid('AC'),
  label: text,
  username: text,
  realm: text,
  uri: text.meta({ description: "the phone's own SIP address" }),
  ws_url: text,
  last_used: date.nullable(),
  revoked: z.boolean(),
  api_version: z.literal('2012-04-24'),
  date_created: date,
  date_expires: date,
  uri_resource: uri,
};

export const CLIENT_TOKEN = resource('ClientToken', token);

/** What is shown once only. */
export const NEW_CLIENT_TOKEN = resource('NewClientToken', {
  ...token,
  password: text,
  ice_servers: z.array(iceServerReply),
});

export function presentToken(
  record: ClientToken,
  { host, url }: Pick<WebPhoneAccess, 'host' | 'url'>,
  place: Place,
): Shown<typeof CLIENT_TOKEN> {
  const { accountSid, clientSid, lastUsed } = record;
  return {
    sid: record.sid,
    client_sid: clientSid,
    account_sid: accountSid,
    label: record.label,
    username: record.username,
    realm: SIP_REALM,
    uri: `sip:${webEndpointOf(record.login)}@${host}`,
    ws_url: url,
    last_used: lastUsed === undefined ? null : rfc2822(lastUsed),
    revoked: record.revokedAt !== undefined,
    api_version: API_VERSION,
    date_created: rfc2822(record.dateCreated),
    date_expires: rfc2822(record.dateExpires),
    uri_resource: uriOf(place, accountSid, 'Clients', clientSid, 'Tokens', record.sid),
  };
}

export function presentNewToken(
  shown: Shown<typeof CLIENT_TOKEN>,
  secrets: { readonly password: string; readonly iceServers: readonly IceServer[] },
): Shown<typeof NEW_CLIENT_TOKEN> {
  return { ...shown, password: secrets.password, ice_servers: secrets.iceServers };
}
