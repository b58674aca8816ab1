import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handler } from '../application-server.ts';
import type { Behaviour, Pressure } from './pressure.ts';
import type { Tenant } from './tenant.ts';

/** Nobody answers what is asked about names in it. */
export const DEAD_ZONE = 'dead.test';
const DESTINATIONS = 400;
/** How long each of the workers rests that keep something up. */
const PACE_MS = 250;

/** Behaviours of application servers and name servers. */
export const slowServers: readonly Behaviour[] = [
  {
    title: "callbacks hang, at the other one's host",
    async begin(pressure) {
      const form = { To: 'client:nobody', StatusCallback: `${pressure.sharedOrigin}/hang` };
      pressure.keepAtIt(4, () => pressure.order(form), PACE_MS);
      await pressure.until('its calls are ordered', () => pressure.done >= pressure.calls);
    },
  },
  {
    title: `callbacks to ${DESTINATIONS} hosts hang`,
    async begin(pressure) {
      const origins = await hangingHosts(pressure, DESTINATIONS);
      const order = (number: number) =>
        pressure.order({
          To: 'client:nobody',
          StatusCallback: `${origins[number % DESTINATIONS]}/hang`,
        });
      pressure.keepAtIt(8, order);
      await pressure.until('all are to be called', () => pressure.done >= DESTINATIONS);
    },
  },
  {
    title: 'documents hang',
    async begin(pressure) {
      pressure.tenant.app.reply('/hanging', pressure.tenant.hold);
      await pressure.tenant.number('2001', '/hanging');
      pressure.keepAtIt(pressure.calls, () => pressure.call('2001'));
      await pressure.until('all documents hang', () => pressure.tenant.held >= pressure.calls);
    },
  },
  {
    title: 'Play from a server that never ends',
    async begin(pressure) {
      const { app, hold } = pressure.tenant;
      app.reply('/sound', endless(hold));
      app.reply(
        '/plays',
        numbered((n) => `<Response><Play>/sound?${n}</Play></Response>`),
      );
      await pressure.tenant.number('2002', '/plays');
      pressure.keepAtIt(pressure.calls, () => pressure.call('2002'));
      const all = () => app.to('/plays').length >= pressure.calls && pressure.tenant.held > 0;
      await pressure.until('all of them play', all);
    },
  },
  {
    title: 'names whose servers are dead',
    async begin(pressure) {
      const { app } = pressure.tenant;
      const run = crypto.randomUUID();
      const origin = (name: string) => `http://${name}.${run}.${DEAD_ZONE}:${new URL(app.origin).port}`;
      app.reply(
        '/dead',
        numbered((n) => `<Response><Redirect>${origin(`d${n}`)}/</Redirect></Response>`),
      );
      await pressure.tenant.number('2003', '/dead');
      pressure.keepAtIt(pressure.calls, () => pressure.call('2003'));
      const order = (n: number) =>
        pressure.order({ To: 'client:nobody', StatusCallback: `${origin(`c${n}`)}/number` });
      pressure.keepAtIt(2, order, PACE_MS);
      await pressure.until('all look for a name', () => app.to('/dead').length >= pressure.calls);
    },
  },
];

/** What a path answers, which knows how often it was asked. */
export function numbered(reply: (number: number) => string): Handler {
  let asked = 0;
  return () => {
    asked += 1;
    return reply(asked);
  };
}

/** The head of a long WAV file, then a kilobyte now and then for ever. */
function endless(hold: Tenant['hold']): Handler {
  return (request, response) => {
    const reply = hold(request, response);
    if (reply !== undefined) return reply;
    response.writeHead(200, { 'content-type': 'audio/wav' });
    const timer = setInterval(() => response.write(Buffer.alloc(1024, 'RIFF')), 100);
    response.once('close', () => clearInterval(timer));
    return undefined;
  };
}

async function hangingHosts(pressure: Pressure, count: number): Promise<readonly string[]> {
  const { hold } = pressure.tenant;
  const servers = Array.from({ length: count }, () =>
    createServer((request, response) => {
      request.resume();
      if (hold(request, response) !== undefined) response.end();
    }),
  );
  for (const server of servers) server.listen(0, '127.0.0.1');
  await Promise.all(servers.map((server) => once(server, 'listening')));
  pressure.tenant.onMoveOut(() => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });
  return servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
