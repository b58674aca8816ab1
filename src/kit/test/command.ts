import { setMaxListeners } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { Clock } from '../../concurrency/clock.ts';
import { Limit } from '../../concurrency/limit.ts';
import type { Dress } from '../../demo/timeline-rows.ts';
import type { HttpSender } from '../../webhooks/http-request.ts';
import { orderOf, type Printer } from '../command-line.ts';
import { perform } from '../scenario/perform.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { chaoticSender, seededRandom } from '../world/chaos.ts';
import { ACCOUNT_SID, signedWith } from '../world/identity.ts';
import { parseArguments, type TestOrder, USAGE } from './arguments.ts';
import { type AuthorServer, ServerProblem, startAuthorServer } from './author-server.ts';
import { checkTranscript, type Checked } from './check-transcript.ts';
import { findScenarios } from './find-scenarios.ts';
import { junitReport } from './junit.ts';
import { mistakeLine, type Result, resultLines, summaryLine } from './report.ts';

/** What the command needs from outside. */
export interface TestWorld extends Printer {
  readonly clock: Clock;
  readonly sender: HttpSender;
  /** For the application server that it starts. */
  readonly env: Readonly<Record<string, string>>;
  readonly dress: Dress;
  /** Aborts when the user wants to stop. */
  readonly stopped: AbortSignal;
}

export type ExitCode = 0 | 1 | 2;

/** `legwork test`: 0 all scenarios pass, 1 one fails, 2 wrong usage, a wrong scenario, or a server that does not start. */
export async function testCommand(args: readonly string[], world: TestWorld): Promise<ExitCode> {
  const order = orderOf(args, { usage: USAGE, parse: parseArguments }, world);
  if (typeof order === 'number') return order;
  const { scenarios, mistakes } = await findScenarios(order.paths);
  if (mistakes.length > 0) {
    for (const mistake of mistakes) world.err(mistakeLine(mistake));
    return 2;
  }
  return withServer(order, world, (server) => performAll(scenarios, order, world, server));
}

async function withServer(
  order: TestOrder,
  world: TestWorld,
  work: (server: Pick<AuthorServer, 'url'>) => Promise<boolean>,
): Promise<ExitCode> {
  const { serverCommand: command } = order;
  if (command === undefined) return (await work({ url: order.url })) ? 0 : 1;
  const { clock } = world;
  const env = { ...world.env, ACCOUNT_SID, AUTH_TOKEN: order.authToken };
  try {
    const server = await startAuthorServer({ command, env, clock });
    try {
      const passed = await work(server);
      if (!passed && server.lastLines() !== '') world.out(`\nThe server said last:\n${server.lastLines()}`);
      return passed ? 0 : 1;
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error;
    world.err(error.message);
    return 2;
  }
}

/** Performs the scenarios, many at one time, and shows them in the order of their files. True: all passed. */
async function performAll(
  scenarios: readonly Scenario[],
  order: TestOrder,
  world: TestWorld,
  server: Pick<AuthorServer, 'url'>,
): Promise<boolean> {
  const { clock, dress, stopped } = world;
  const seed = order.seed ?? Math.floor(Math.random() * 1_000_000);
  world.out(dress.faint(signedWith(order.authToken)));
  if (order.chaos !== undefined) world.out(dress.faint(`The chaos can be repeated with --seed ${seed}.`));
  const beganAt = clock.steady();
  const turns = new Limit(order.jobs);
  // Each scenario that waits for its turn listens.
  setMaxListeners(0, stopped);
  const performed = scenarios.map((scenario, index) =>
    turns.run(stopped, () =>
      performOne(scenario, order, world, { url: server.url, seed: seed + index }).catch((error: unknown) =>
        notPerformed(scenario, error),
      ),
    ),
  );
  const results: Result[] = [];
  for (const each of performed) {
    const result = await each;
    if (result === undefined) continue;
    results.push(result);
    for (const line of resultLines(result, dress)) world.out(line);
  }
  const tookMs = clock.steady() - beganAt;
  world.out(summaryLine(results, tookMs));
  if (order.junit !== undefined) await writeFile(order.junit, junitReport(results, tookMs));
  return results.length === scenarios.length && results.every(({ passed }) => passed);
}

/** A transcript that cannot be written, or a bug of ours; the other scenarios go on. */
function notPerformed(scenario: Scenario, error: unknown): Result {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const failures = [{ file: scenario.file, place: scenario.beginsAt, message }];
  const nothing = { requests: [], notices: [], callMs: 0, tookMs: 0 };
  return { scenario, failures, ...nothing, checked: { kind: 'not-compared' }, passed: false };
}

async function performOne(
  scenario: Scenario,
  order: TestOrder,
  { clock, sender }: TestWorld,
  { url, seed }: { readonly url: string; readonly seed: number },
): Promise<Result> {
  const { chaos, authToken, update, strict } = order;
  const disturb = (real: HttpSender, its: Clock) =>
    chaos === undefined ? real : chaoticSender(real, { chaos, clock: its, random: seededRandom(seed) });
  const performance = await perform(scenario, { clock, sender, disturb, authToken, server: url });
  const goesWrong = performance.failures.length > 0;
  // The transcript of a call that went wrong would only repeat it, and one with chaos is different each time.
  const checked: Checked =
    goesWrong || chaos !== undefined
      ? { kind: 'not-compared' }
      : await checkTranscript(performance, url, update);
  const isClean = checked.kind !== 'different' && checked.kind !== 'mistake';
  const passed = !goesWrong && isClean && !(strict && performance.notices.length > 0);
  return { ...performance, checked, passed };
}
