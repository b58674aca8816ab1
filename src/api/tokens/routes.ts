import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { optional, wholeNumber } from '../parameters.ts';
import { resource } from '../reply.ts';
import { date, sid, text } from '../reply-parts.ts';
import type { Route } from '../route.ts';
import { createRoute } from '../route-kinds.ts';
import type { IceSettings } from '../web-phone-access.ts';
import { iceServers, turnCredentials } from './ice-servers.ts';

export const iceServerReply = z.strictObject({
  url: text,
  urls: text,
  username: text.optional(),
  credential: text.optional(),
});

/** Twilio's Network Traversal Service token. */
const TOKEN = resource('Token', {
  account_sid: sid('AC'),
  username: text,
  password: text,
  ttl: text.meta({ description: 'seconds' }),
  ice_servers: z.array(iceServerReply),
  date_created: date,
  date_updated: date,
});

const LONGEST_S = 86_400;

/** `POST P/Tokens`. */
const tokenSchema = z.object({ Ttl: optional(wholeNumber(60, LONGEST_S)) });

/** `P/Tokens`: the STUN and TURN servers, with credentials for a while. */
export function tokenRoutes(ice: IceSettings, clock: Clock): readonly Route[] {
  return [
    createRoute({
      path: '/Tokens',
      summary: 'Makes credentials for the STUN and TURN servers',
      form: tokenSchema,
      resource: TOKEN,
      handle: async ({ account, form: { Ttl = LONGEST_S } }) => {
        if (ice.stunUrls.length === 0 && ice.turn === undefined) {
          throw badRequest(
            API_ERRORS.badRequest,
            'There are no STUN or TURN servers: see STUN_URLS and TURN_URLS',
          );
        }
        const ttlS = Math.min(Ttl, ice.turn?.ttlS ?? LONGEST_S);
        const now = clock.now();
        const credentials = turnCredentials(ice, account.sid, { now, ttlS });
        const at = rfc2822(now);
        return {
          shown: {
            account_sid: account.sid,
            username: credentials?.username ?? '',
            password: credentials?.password ?? '',
            ttl: String(ttlS),
            ice_servers: [...iceServers(ice, credentials)],
            date_created: at,
            date_updated: at,
          },
        };
      },
    }),
  ];
}
