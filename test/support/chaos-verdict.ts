import type { ReceivedRequest } from './application-server.ts';
import type { LegworkProcess } from './legwork-process.ts';

/** What REST says of a leg. */
export interface CallFacts {
  readonly sid: string;
  readonly parent_call_sid: string | null;
  readonly direction: string;
  readonly status: string;
}

export interface Verdict {
  /** Sentences; none when every promise was kept. */
  readonly violations: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Every leg, over all pages. */
export async function readEveryCall(legwork: LegworkProcess): Promise<readonly CallFacts[]> {
  const calls: CallFacts[] = [];
  for (let page = 0; ; page += 1) {
    const { json } = await legwork.rest('GET', `/Calls.json?PageSize=1000&Page=${page}`);
    calls.push(...(json['calls'] as CallFacts[]));
    if (json['next_page_uri'] === null) return calls;
  }
}

const CALLBACKS: Readonly<Record<string, string>> = {
  inbound: '/number',
  'outbound-dial': '/leg',
  'outbound-api': '/status',
};

/** Holds what the application server was asked against the promises of spec/callbacks.md. */
export function judgeRequests(calls: readonly CallFacts[], requests: readonly ReceivedRequest[]): Verdict {
  const violations: string[] = [];
  const unique = withoutRepeats(requests);
  for (const call of calls) {
    const path = CALLBACKS[call.direction] ?? '';
    const told = unique.filter((request) => request.path === path && request.params['CallSid'] === call.sid);
    violations.push(...callbackViolations(call, told));
  }
  violations.push(...actionViolations(unique));
  return {
    violations,
    figures: {
      requests: requests.length,
      repeatsWithTheSameToken: requests.length - unique.length,
      violations: violations.length,
    },
  };
}

function withoutRepeats(requests: readonly ReceivedRequest[]): readonly ReceivedRequest[] {
  const seen = new Set<string>();
  return requests.filter((request) => {
    const token = request.headers['i-idempotency-token'] ?? '';
    if (seen.has(token)) return false;
    seen.add(token);
    return true;
  });
}

function callbackViolations(call: CallFacts, told: readonly ReceivedRequest[]): readonly string[] {
  const sequence = told.map(({ params }) => Number(params['SequenceNumber']));
  const violations: string[] = [];
  if (sequence.some((number, index) => index > 0 && number <= (sequence[index - 1] ?? -1))) {
    violations.push(`${call.sid} (${call.direction}): out of order or doubled: ${sequence.join(' ')}`);
  }
  if (sequence[0] !== 0) violations.push(`${call.sid} (${call.direction}): its first callback is missing`);
  const finals = told.filter(({ params }) => params['CallDuration'] !== undefined);
  if (finals.length !== 1) {
    violations.push(`${call.sid} (${call.direction}): ${finals.length} final callbacks`);
  } else if (finals[0]?.params['CallStatus'] !== call.status) {
    violations.push(`${call.sid}: told ${finals[0]?.params['CallStatus']}, REST says ${call.status}`);
  }
  return violations;
}

/** Each leg of these documents has one action a Dial. */
function actionViolations(unique: readonly ReceivedRequest[]): readonly string[] {
  const counted = new Map<string, number>();
  for (const { path, params } of unique) {
    if (!path.startsWith('/after-')) continue;
    const key = `${params['CallSid']} ${path}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  return [...counted].filter(([, count]) => count > 1).map(([key, count]) => `${key}: ${count} actions`);
}
