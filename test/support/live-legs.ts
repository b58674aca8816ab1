import assert from 'node:assert/strict';

/** A leg as REST shows it, as far as stories look. */
export interface CallJson {
  readonly sid: string;
  readonly parent_call_sid: string | null;
  readonly to: string;
  readonly from: string;
  readonly direction: string;
  readonly status: string;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly duration: string | null;
  readonly ring_duration: number | null;
  readonly caller_name: string | null;
  readonly trunk_sid: string | null;
  readonly ended_by: string | null;
}

const LIVE = ['queued', 'ringing', 'in-progress'];

/** What each leg is, by name: `inbound completed`. Legs are named by their `To`; a name may stand for several. */
export function describeLegs(
  calls: readonly CallJson[],
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const described: Record<string, string> = {};
  for (const call of calls) {
    assertDates(call);
    const parent = calls.find(({ sid }) => sid === call.parent_call_sid);
    assert.equal(parent !== undefined, call.direction === 'outbound-dial', `the parent of ${call.sid}`);
    const name = names[call.to] ?? `unknown leg to ${call.to}`;
    const is = `${call.direction} ${call.status}`;
    described[name] = described[name] === undefined ? is : `${described[name]}, ${is}`;
  }
  return described;
}

/** Whatever is over has an end and a duration; what goes on has no end. */
function assertDates({ status, start_time, end_time, duration }: CallJson): void {
  assert.equal(end_time === null, LIVE.includes(status), `end_time of a call that is ${status}`);
  if (LIVE.includes(status)) return;
  assert.match(duration ?? '', /^\d+$/);
  assert.notEqual(start_time, null);
}
