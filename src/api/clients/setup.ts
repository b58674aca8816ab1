import { z } from 'zod';
import { CODEC_NAMES, type Codec } from '../../call/routing/codecs.ts';
import { SIP_REALM } from '../../call/routing/sip-names.ts';
import { SRTP_MODES, type Srtp } from '../../call/routing/srtp.ts';
import type { ClientRecord, Repository } from '../../records/repositories.ts';
import { notFound } from '../errors.ts';
import { uriOf } from '../place.ts';
import { resource } from '../reply.ts';
import { sid, text, uri, whole } from '../reply-parts.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { readRoute } from '../route-kinds.ts';

/** How phones reach us. */
export interface SipSetup {
  /** A name or an address. */
  readonly server: string;
  readonly port: number;
  /** Undefined: no TLS. */
  readonly tlsPort?: number;
  /** The preferred one first. */
  readonly codecs: readonly Codec[];
  /** Of clients that do not say otherwise. */
  readonly srtp: Srtp;
}

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;

const SETUP = resource('ClientSetup', {
  client_sid: sid('CL'),
  server: text,
  port: whole.meta({ description: 'By UDP and TCP' }),
  tls_port: whole.nullable(),
  transports: z.array(z.enum(TRANSPORTS)),
  user: text.meta({ description: 'User name, and name for authentication' }),
  realm: text,
  srtp: z.enum(SRTP_MODES),
  codecs: z.array(z.enum(CODEC_NAMES)),
  uri,
});

/** `GET P/Clients/{sid}/Setup`: what a phone of the client has to be told, apart from the password, which is stored nowhere. */
export function clientSetupRoutes(
  clients: Pick<Repository<ClientRecord>, 'find'>,
  setup: SipSetup | undefined,
): readonly Route[] {
  return [
    readRoute({
      path: '/Clients/:client/Setup',
      summary: 'What a phone of the client has to be told, without the password',
      resource: SETUP,
      find: async (request: RoutedRequest) => {
        const found = await clients.find(request.account.sid, sidOf(request, 'CL', 'client'));
        if (found === undefined || setup === undefined) throw notFound();
        return { client: found, setup };
      },
      handle: async ({ account, place, found }) => {
        const { server, port, tlsPort, codecs, srtp } = found.setup;
        const { client } = found;
        return {
          shown: {
            client_sid: client.sid,
            server,
            port,
            tls_port: tlsPort ?? null,
            transports: TRANSPORTS.filter((one) => one !== 'tls' || tlsPort !== undefined),
            user: client.login,
            realm: SIP_REALM,
            srtp: client.srtp ?? srtp,
            codecs: [...codecs],
            uri: uriOf(place, account.sid, 'Clients', client.sid, 'Setup'),
          },
        };
      },
    }),
  ];
}
