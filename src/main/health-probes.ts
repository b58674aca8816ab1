import type { HealthProbes } from '../api/ports.ts';
import { isSipAlive } from '../bundled-asterisk/sip-health.ts';
import { transfersTrouble } from '../bundled-asterisk/asterisk-version.ts';
import type { Foundation } from './foundation.ts';

export const PING_MS = 2_000;

/** What `GET /health` looks at. For the user's own Asterisk, SIP counts as up when ARI is. */
export function healthProbes({ ari, asterisk, store, clock }: Foundation): HealthProbes {
  return {
    asterisk: () => Promise.resolve(ari.state() === 'up'),
    sip: () =>
      asterisk.sip === undefined ? Promise.resolve(ari.state() === 'up') : isSipAlive(asterisk.sip, clock),
    database: () => store.ping(PING_MS),
    databaseTrouble: () => store.trouble,
    rejectedEntries: () => store.rejectedEntries(),
    transfersTrouble: async () => transfersTrouble(await ari.version()),
    async callbacks() {
      const { count, oldestAt } = await store.callbackQueue.pending();
      if (oldestAt === undefined) return { pending: count };
      return { pending: count, oldestS: Math.max(0, Math.round((clock.steady() - oldestAt) / 1000)) };
    },
  };
}
