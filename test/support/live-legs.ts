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
}

const LIVE = ['queued', 'ringing', 'in-progress'];

/** One line per leg, sorted: name, direction, status, and whose child it is. Legs are named by their `To`. */
export function describeLegs(
  calls: readonly CallJson[],
  names: Readonly<Record<string, string>>,
): readonly string[] {
  const nameOf = ({ to }: CallJson) => names[to] ?? `unknown leg to ${to}`;
  return calls
    .map((call) => {
      assertDates(call);
      const parent = calls.find(({ sid }) => sid === call.parent_call_sid);
      assert.equal(call.parent_call_sid === null, parent === undefined, 'a parent is a leg of this story');
      const child = parent === undefined ? '' : `, child of ${nameOf(parent)}`;
      return `${nameOf(call)} ${call.direction} ${call.status}${child}`;
    })
    .toSorted();
}

/** Whatever is over has an end and a duration; what goes on has no end. */
function assertDates({ status, start_time, end_time, duration }: CallJson): void {
  assert.equal(end_time === null, LIVE.includes(status), `end_time of a call that is ${status}`);
  if (LIVE.includes(status)) return;
  assert.match(duration ?? '', /^\d+$/);
  assert.notEqual(start_time, null);
}
