// `node --import tsx bench/streams.ts [streams] [seconds]`: so many Connect streams through everything but Asterisk and
// the database: real WebSockets to a server in a process of its own, which sends every frame back as soon as it comes. Says what that costs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { LiveLeg } from '../src/call/leg/live-leg.ts';
import { newSid } from '../src/call/sids.ts';
import type { LegAudio, TalkListener } from '../src/call/stream/leg-audio.ts';
import { MediaStreams } from '../src/call/stream/media-streams.ts';
import { systemClock } from '../src/clock.ts';
import { createEgress } from '../src/webhooks/egress.ts';
import { resolveBySystem } from '../src/webhooks/names/name-lookup.ts';
import { createStreamSockets } from '../src/webhooks/streams/stream-sockets.ts';

const FRAME_MS = 20;

/** Whether the first bytes of a frame say when it was sent, and are not just sound. */
const isTime = (ms: number) => ms > 1 && ms < 1e9;

function serve(): void {
  const server = createServer();
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { event, media } = JSON.parse(data.toString('utf8')) as {
        event: string;
        media?: { payload: string };
      };
      // Silence that was put in is not sent back: it would only wait before the frames that are measured.
      const isOurs = event === 'media' && isTime(Buffer.from(media?.payload ?? '', 'base64').readDoubleLE());
      if (isOurs) socket.send(JSON.stringify({ event, media: { payload: media?.payload } }));
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function measure(count: number, seconds: number): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), ['--server'], { execArgv: ['--import', 'tsx'] });
  const [port] = (await once(server, 'message')) as [number];
  const talkers: TalkListener[] = [];
  const delays: number[] = [];
  const audio: LegAudio = {
    trouble: undefined,
    listen: () => Promise.resolve(undefined),
    talk: (_order, listener) => {
      talkers.push(listener);
      const play = (frames: Uint8Array) => {
        for (let at = 0; at < frames.length; at += 160) {
          const sentAt = Buffer.from(frames.buffer, frames.byteOffset + at, 8).readDoubleLE();
          if (isTime(sentAt)) delays.push(performance.now() - sentAt);
        }
      };
      const nothing = () => undefined;
      return Promise.resolve({ play, mark: nothing, flush: nothing, close: () => Promise.resolve() });
    },
  };
  const streams = new MediaStreams({
    store: { commit: () => Promise.resolve() },
    clock: systemClock,
    audio,
    sockets: createStreamSockets({
      egress: createEgress({ allow: [], deny: [], denyLoopback: false }),
      resolve: resolveBySystem,
      clock: systemClock,
      userAgent: 'Legwork/bench',
      authToken: () => Promise.resolve('token'),
    }),
    maxStreams: count,
    onTrouble: (_sid, trouble) => console.error(trouble),
  });
  for (let index = 0; index < count; index += 1) await streams.begin(answeredLeg(), order(port));
  while (talkers.length < count) await systemClock.sleep(10);
  const [cpu, beganAt] = [process.cpuUsage(), performance.now()];
  for (let frame = 1; frame <= (seconds * 1000) / FRAME_MS; frame += 1) {
    await systemClock.sleep(beganAt + frame * FRAME_MS - performance.now());
    for (const talker of talkers) {
      const bytes = Buffer.alloc(160, 0x7f);
      bytes.writeDoubleLE(performance.now());
      talker.audio('inbound', bytes);
    }
  }
  const tookMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(cpu);
  const sorted = delays.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
  const { silent, dropped } = streams.totals.figures;
  console.log(`${count} streams, ${Math.round(tookMs / 1000)} s, both ways:`);
  console.log(
    `  ${Math.round((user + system) / tookMs / 10)} % of a core, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  console.log(`  there and back: ${at(0.5)} ms median, ${at(0.99)} ms p99; ${sorted.length} frames`);
  console.log(`  frames of silence put in: ${silent}, left out: ${dropped}`);
  streams.stop();
  await streams.idle();
  server.kill();
}

function answeredLeg(): LiveLeg {
  const now = Date.now();
  const leg = {
    sid: newSid('CA'),
    accountSid: newSid('AC'),
    direction: 'inbound',
    from: '1',
    to: '2',
    sipHeaders: [],
    createdAt: now,
  } as const;
  return new LiveLeg(leg, { phase: 'in-progress', initiatedAt: now, answeredAt: now } as never);
}

function order(port: number) {
  const url = `ws://127.0.0.1:${port}/`;
  return { direction: 'bidirectional', track: 'inbound_track', url, parameters: {} } as const;
}

if (process.argv.includes('--server')) serve();
else await measure(Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 20));
