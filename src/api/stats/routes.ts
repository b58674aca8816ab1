import type { Route } from '../route.ts';
import { readRoute } from '../route-kinds.ts';
import { type StatsDeps, statsOf } from './account-stats.ts';
import { STATS } from './presenter.ts';

/** `P/Stats`. */
export function statsRoutes(deps: StatsDeps): readonly Route[] {
  return [
    readRoute({
      path: '/Stats',
      summary: 'The numbers of an account, as they are now',
      resource: STATS,
      handle: async ({ account, place }) => ({ shown: await statsOf(deps, account.sid, place) }),
    }),
  ];
}
