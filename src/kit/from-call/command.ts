import { isSid } from '../../call/sids.ts';
import { isHttpUrl } from '../../lint/arguments.ts';
import type { HttpSender } from '../../webhooks/http-request.ts';
import { orderOf, type Printer, readOptions } from '../command-line.ts';
import { draftScenario } from './draft-scenario.ts';
import { CallProblem, readRecordedCall } from './recorded-call.ts';

/** What the command needs from outside. */
export interface ScenarioWorld extends Printer {
  readonly sender: HttpSender;
}

const USAGE = `Usage: npx legwork scenario CA… --from http://HOST/2012-04-24/Accounts/AC… --auth-token TOKEN

Prints a call that a running Legwork has in its timeline as a scenario for legwork test. The credentials may stand in
the URL instead (http://AC…:TOKEN@HOST/…).

Exit code: 0 it is printed, 1 the call cannot be read, 2 wrong usage.
`;

const OPTIONS = { from: { type: 'string' }, 'auth-token': { type: 'string' } } as const;

interface ScenarioOrder {
  readonly callSid: string;
  readonly account: string;
}

/** `legwork scenario`: 0 the scenario is printed, 1 the call cannot be read, 2 wrong usage. */
export async function scenarioCommand(args: readonly string[], world: ScenarioWorld): Promise<0 | 1 | 2> {
  const order = orderOf(args, { usage: USAGE, parse: parseArguments }, world);
  if (typeof order === 'number') return order;
  try {
    const call = await readRecordedCall(order.callSid, { sender: world.sender, account: order.account });
    world.out(draftScenario(call).trimEnd());
    return 0;
  } catch (error) {
    if (!(error instanceof CallProblem)) throw error;
    world.err(error.message);
    return 1;
  }
}

function parseArguments(args: readonly string[]): ScenarioOrder | string {
  const read = readOptions({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (typeof read === 'string') return read;
  const { values, positionals } = read;
  const [callSid = '', ...others] = positionals;
  if (!isSid('CA', callSid) || others.length > 0)
    return 'One CallSid is needed: CA and 32 hexadecimal digits';
  const from = values.from ?? '';
  const accountSid = /\/Accounts\/(AC[0-9a-f]{32})\/?$/.exec(from)?.[1];
  if (!isHttpUrl(from) || accountSid === undefined) {
    return '--from must be the URL of an account, such as http://127.0.0.1:8080/2012-04-24/Accounts/AC…';
  }
  const account = new URL(from.replace(/\/$/, ''));
  account.username ||= accountSid;
  account.password ||= values['auth-token'] ?? '';
  return { callSid, account: account.href };
}
