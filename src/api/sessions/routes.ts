import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ConsoleSession, ConsoleSessionRepository } from '../../records/console-session.ts';
import { isOver, SESSION_S, sessionSid } from '../console/sessions.ts';
import { notFound } from '../errors.ts';
import { NO_FILTERS } from '../list-query.ts';
import { pageOf } from '../pages.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, dated, sid } from '../reply-parts.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { listRoute, removeRoute } from '../route-kinds.ts';

export const SESSION = resource('Session', {
  sid: sid('SE'),
  account_sid: sid('AC'),
  access: z.enum(['read', 'write']),
  date_used: date.meta({ description: 'Its last use, to the minute' }),
  date_expires: date,
  ...dated,
});

export interface SessionDeps {
  readonly sessions: ConsoleSessionRepository;
  readonly clock: Clock;
  /** Called when somebody may no longer read what goes on. */
  readonly onEnded: () => void;
}

/** `P/Sessions`: who has signed in to the console. Only an AuthToken, or a session, opens them. */
export function sessionRoutes({ sessions, clock, onEnded }: SessionDeps): readonly Route[] {
  const running = async (accountSid: string) =>
    (await sessions.of(accountSid)).filter((session) => !isOver(session, clock.now()));
  return [
    listRoute({
      authTokenOnly: true,
      path: '/Sessions',
      summary: 'Sessions of the console, the one that was used last first',
      filters: NO_FILTERS,
      resource: SESSION,
      handle: async ({ account, place, query: { page } }) => {
        const found = pageOf(await running(account.sid), page);
        const items = found.items.map((session) => present(session, place));
        return { ...found, items, uri: uriOf(place, account.sid, 'Sessions') };
      },
    }),
    removeRoute({
      authTokenOnly: true,
      path: '/Sessions/:sid',
      summary: 'Ends a session of the console',
      find: async (request: RoutedRequest) => {
        const asked = sidOf(request, 'SE');
        const found = (await running(request.account.sid)).find((session) => sessionSid(session) === asked);
        if (found === undefined) throw notFound(`Session ${asked}`);
        return found;
      },
      handle: async ({ found }) => {
        await sessions.remove(found.hash);
        onEnded();
      },
    }),
  ];
}

function present(session: ConsoleSession, place: Place): Shown<typeof SESSION> {
  const { accountSid, access, createdAt, usedAt } = session;
  const ownSid = sessionSid(session);
  return {
    sid: ownSid,
    account_sid: accountSid,
    access,
    date_used: rfc2822(usedAt),
    date_expires: rfc2822(createdAt + SESSION_S * 1000),
    api_version: API_VERSION,
    date_created: rfc2822(createdAt),
    date_updated: rfc2822(usedAt),
    uri: uriOf(place, accountSid, 'Sessions', ownSid),
  };
}
