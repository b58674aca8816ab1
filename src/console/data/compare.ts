import { pairsOf } from './curl.ts';
import { SIP, sipHeaders } from './sip-lines.ts';
import type { CallEvent } from './resources.ts';
import { timeOf } from './times.ts';

/** One parameter of two requests. */
export interface ComparedParameter {
  readonly name: string;
  readonly one: string | undefined;
  readonly other: string | undefined;
  readonly isSame: boolean;
}

export interface Comparison {
  /** Milliseconds from the first line to the second; undefined when one of them has no time. */
  readonly apartMs: number | undefined;
  /** Those that differ first. */
  readonly parameters: readonly ComparedParameter[];
}

/** The difference of two lines of a timeline: their time, and the parameters of their requests. */
export function compare(one: CallEvent, other: CallEvent): Comparison {
  const [from, to] = [timeOf(one.timestamp), timeOf(other.timestamp)];
  const [ones, others] = [valuesOf(one), valuesOf(other)];
  const names = [...new Set([...ones.keys(), ...others.keys()])];
  const parameters = names.map((name) => {
    const [mine, yours] = [ones.get(name), others.get(name)];
    return { name, one: mine, other: yours, isSame: mine === yours };
  });
  return {
    apartMs: from === undefined || to === undefined ? undefined : to - from,
    parameters: parameters.toSorted((a, b) => Number(a.isSame) - Number(b.isSame)),
  };
}

/** What a line has to compare: the parameters of its request, or the data that it was written with. */
function valuesOf({ kind, request, data }: CallEvent): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const pairs = kind === SIP ? sipHeaders(data) : pairsOf(request?.parameters ?? data);
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return values;
}
