import { AriError } from '../../src/asterisk/ari/ari-error.ts';
import type { AriConnection } from '../../src/asterisk/ari/connection.ts';
import type { LegContext } from '../../src/asterisk/legs/leg-context.ts';
import type { FakeClock } from './fake-clock.ts';

type Run = (operation: string, parameters: Readonly<Record<string, unknown>>) => unknown;

/** A connection whose answers the test writes: `respond` returns a result, or a number as HTTP status of a refusal. */
export class ScriptedAri {
  readonly app = 'legwork';
  /** `resource.operation` of every request, in order. */
  readonly requests: string[] = [];
  respond: Run = () => undefined;

  async run(
    resource: string,
    operation: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    const name = `${resource}.${operation}`;
    this.requests.push(name);
    const answer = this.respond(name, parameters);
    if (typeof answer === 'number') throw new AriError(answer, 'scripted');
    return answer;
  }

  /** What legs are driven with, over this connection and a clock that the test winds. */
  context(clock: FakeClock, inputs: unknown[]): LegContext {
    return {
      ari: this as unknown as AriConnection,
      clock,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      inbound: () => undefined,
      legs: {
        input: (callSid, input) => void inputs.push([callSid, input]),
        digit: (callSid, digit) => void inputs.push([callSid, digit]),
      },
      owners: new Map(),
      longestCallS: 14_500,
    };
  }
}
