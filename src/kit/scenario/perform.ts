import type { Clock } from '../../concurrency/clock.ts';
import type { HttpSender } from '../../webhooks/http-request.ts';
import { TimeIsUp, VirtualTime } from '../time/virtual-time.ts';
import { ACCOUNT_SID } from '../world/identity.ts';
import type { SeenRequest } from '../world/seen-request.ts';
import { type Notice, Play } from './play.ts';
import type { Mistake, Scenario } from './scenario.ts';

/** So much of the call's time a scenario may take. */
const LONGEST_CALL_MS = 6 * 3_600_000;

export interface PerformParts {
  /** The real one: the scenario begins at its time. */
  readonly clock: Clock;
  /** Reaches the application server, in real time. */
  readonly sender: HttpSender;
  /** Troubles on the way to it, which take the call's time. */
  readonly disturb?: (sender: HttpSender, clock: Clock) => HttpSender;
  readonly authToken: string;
  /** `http://127.0.0.1:3000`: where relative URLs lead. */
  readonly server: string;
}

/** How a scenario went. */
export interface Performance {
  readonly scenario: Scenario;
  /** Why it did not go as it should; none when it did. Its transcript is not looked at yet. */
  readonly failures: readonly Mistake[];
  readonly requests: readonly SeenRequest[];
  /** What its author should know: mistakes in documents, requests that failed. */
  readonly notices: readonly Notice[];
  /** How long the call took, and how long it took us. */
  readonly callMs: number;
  readonly tookMs: number;
}

/** Performs a scenario on the simulated switch: the call's time takes no time, the application server its own. */
export async function perform(scenario: Scenario, parts: PerformParts): Promise<Performance> {
  const beganAt = parts.clock.steady();
  const time = new VirtualTime(parts.clock.now());
  const { clock } = time;
  const timed: HttpSender = {
    send: (request) => time.during(parts.sender.send(request)),
    close: () => undefined,
  };
  const sender = parts.disturb?.(timed, clock) ?? timed;
  const { authToken, server } = parts;
  const play = new Play(scenario, { clock, sender, authToken, server, accountSid: ACCOUNT_SID });
  const callBeganAt = clock.steady();
  try {
    await time.passDuring(play.run(), LONGEST_CALL_MS);
  } catch (error) {
    if (!(error instanceof TimeIsUp)) throw error;
    play.isStuck();
  }
  return {
    scenario,
    failures: play.failures,
    requests: play.requests,
    notices: play.notices,
    callMs: clock.steady() - callBeganAt,
    tookMs: parts.clock.steady() - beganAt,
  };
}
