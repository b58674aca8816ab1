import type { HttpReply, HttpSender } from '../../webhooks/http-request.ts';

/** A leg as REST shows it, as far as a scenario needs it. */
export interface RecordedLeg {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: string;
  readonly status: string;
}

/** A line of a call's timeline as REST shows it. */
export interface RecordedEvent {
  readonly call_sid: string;
  /** ISO 8601 */
  readonly timestamp: string;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly request: {
    readonly url: string | null;
    readonly parameters: Readonly<Record<string, unknown>> | null;
  } | null;
  readonly response: { readonly response_body: string | null } | null;
}

/** A real call: its first leg, the legs that it dialled, and everything that happened. */
export interface RecordedCall {
  readonly leg: RecordedLeg;
  readonly children: readonly RecordedLeg[];
  /** Of all these legs, in order. */
  readonly events: readonly RecordedEvent[];
}

/** The call could not be read. */
export class CallProblem extends Error {
  override readonly name = 'CallProblem';
}

const PAGE_SIZE = 1000;
const MOST_BYTES = 64 * 1024 * 1024;

export interface CallSource {
  readonly sender: HttpSender;
  /** `http://127.0.0.1:8080/2012-04-24/Accounts/AC…`, with user and password. */
  readonly account: string;
}

/** Reads a call over REST. @throws CallProblem */
export async function readRecordedCall(callSid: string, source: CallSource): Promise<RecordedCall> {
  const leg = (await read(`Calls/${callSid}.json`, source)) as unknown as RecordedLeg;
  const children = await list('calls', `Calls.json?ParentCallSid=${callSid}`, source);
  const events = await list('events', `Calls/${callSid}/Events.json?`, source);
  return {
    leg,
    children: children as readonly RecordedLeg[],
    events: events as readonly RecordedEvent[],
  };
}

async function list(name: string, path: string, source: CallSource): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (let page = 0; found.length === page * PAGE_SIZE; page += 1) {
    const reply = await read(`${path}&PageSize=${PAGE_SIZE}&Page=${page}`, source);
    const items = reply[name];
    if (Array.isArray(items)) found.push(...(items as unknown[]));
    else break;
  }
  return found;
}

async function read(path: string, { sender, account }: CallSource): Promise<Record<string, unknown>> {
  const reply = await sender.send({
    url: `${account}/${path}`,
    method: 'GET',
    parameters: [],
    bodyLimit: MOST_BYTES,
    overLimit: 'refuse',
    retryBroken: 'always',
  });
  if (!reply.ok) throw new CallProblem(`Legwork could not be asked: ${reply.message}.`);
  if (reply.status === 401) {
    throw new CallProblem(
      'Legwork does not accept the credentials: --auth-token must be that of the account.',
    );
  }
  if (reply.status === 404) throw new CallProblem('There is no such call in this account.');
  if (reply.status !== 200) throw new CallProblem(`Legwork answered with status ${reply.status}.`);
  return parsed(reply);
}

function parsed({ body }: HttpReply): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new CallProblem('What answered at --from is not the REST API of Legwork.');
  }
}
