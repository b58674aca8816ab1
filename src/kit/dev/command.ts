import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Dress } from '../../demo/timeline-rows.ts';
import type { HttpSender } from '../../webhooks/http-request.ts';
import { orderOf, type Printer } from '../command-line.ts';
import { shortUrl } from '../transcript/transcript.ts';
import { yamlOf } from '../scenario/write-scenario.ts';
import { chaoticSender } from '../world/chaos.ts';
import { ACCOUNT_SID, signedWith } from '../world/identity.ts';
import { type DevOrder, parseArguments, USAGE } from './arguments.ts';
import { type Keyboard, openKeyboard } from './keyboard.ts';
import { Screen } from './screen.ts';
import { Session } from './session.ts';
import type { SessionRecord } from './session-record.ts';

/** What the command needs from outside. */
export interface DevWorld extends Printer {
  readonly clock: Clock;
  readonly sender: HttpSender;
  readonly dress: Dress;
  readonly input: Readable;
  /** Aborts when the user wants to stop. */
  readonly stopped: AbortSignal;
  /** What is typed on a terminal whose keys count at once. */
  echo(text: string): void;
}

/** `legwork dev`: 0 when the user quits, 2 wrong usage. */
export async function devCommand(args: readonly string[], world: DevWorld): Promise<0 | 2> {
  const order = orderOf(args, { usage: USAGE, parse: parseArguments }, world);
  if (typeof order === 'number') return order;
  world.out(world.dress.faint(signedWith(order.authToken)));
  const keyboard = openKeyboard(world.input, (text) => world.echo(text));
  if (keyboard.isTerminal) world.out(world.dress.faint('? shows the keys, q quits.'));
  const session = sessionOf(order, world, keyboard);
  const stop = new Promise<void>((resolve) => world.stopped.addEventListener('abort', () => resolve()));
  try {
    await session.call(order.from);
    await Promise.race([converse(session, keyboard, world), stop]);
    await session.stop();
  } finally {
    keyboard.close();
  }
  return 0;
}

/** Until the user quits; without a terminal until the input has ended and the last call is over. */
async function converse(session: Session, { wishes }: Keyboard, world: DevWorld): Promise<void> {
  for await (const wish of wishes) {
    if (wish.kind === 'quit') return;
    if (wish.kind === 'help') world.out(USAGE.slice(USAGE.indexOf('Keys:')).trimEnd());
    else await session.does(wish);
  }
  await session.idle();
}

function sessionOf(order: DevOrder, world: DevWorld, { isTerminal }: Keyboard): Session {
  const { clock, dress, out } = world;
  const server = new URL(order.url).origin;
  const screen = new Screen({ out, dress, clock, server });
  const { chaos, authToken } = order;
  const sender =
    chaos === undefined
      ? world.sender
      : chaoticSender(world.sender, {
          chaos,
          clock,
          random: Math.random,
          onTrouble: (trouble) => screen.trouble(trouble),
        });
  let written = 0;
  const recorded = async (record: SessionRecord, status: string) => {
    if (order.record === undefined) return;
    written += 1;
    await writeRecord(order, record, status, { written, server, out });
  };
  return new Session({
    order,
    clock,
    screen,
    sender,
    authToken,
    recorded,
    accountSid: ACCOUNT_SID,
    waitsForPhones: !isTerminal,
  });
}

/** The first call's scenario gets the name that was asked for, each later one a number on top. */
async function writeRecord(
  { record: path = '', url, statusCallback }: DevOrder,
  record: SessionRecord,
  status: string,
  { written, server, out }: { written: number; server: string; out: (line: string) => void },
): Promise<void> {
  const number = written === 1 ? '' : `-${written}`;
  const stem = path.replace(/\.ya?ml$/, '') + number;
  const name = basename(stem);
  const relative = (absolute: string) => shortUrl(absolute, server);
  const urls = compact({ url: relative(url), statusCallback: statusCallback && relative(statusCallback) });
  const scenario = record.scenario({ name, status, transcript: `${name}.requests`, ...urls });
  await writeFile(
    `${stem}.yaml`,
    yamlOf(scenario, 'Recorded by legwork dev; legwork test --update writes its transcript.'),
  );
  out(`Written to ${stem}.yaml; its transcript: npx legwork test --update ${stem}.yaml`);
}
