import type { CallEvent } from './resources.ts';

// The `data` of a timeline's line is not described by a type: each kind has members of its own, and a file that
// somebody drags into the page may have anything there.

/** A text in the data of a line. */
export function textIn(data: CallEvent['data'], name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}

/** A number in the data of a line. */
export function numberIn(data: CallEvent['data'], name: string): number | undefined {
  const value = data[name];
  return typeof value === 'number' ? value : undefined;
}

/** A parameter of a line's request; of a repeated one the first. */
export function parameterOf({ request }: Pick<CallEvent, 'request'>, name: string): string | undefined {
  const value = request?.parameters?.[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** How a leg ended, as the line with its final state says. */
export interface SaidCause {
  readonly sipStatus?: number;
  readonly q850?: number;
  readonly why?: string;
  readonly noMedia?: boolean;
}

/** The cause in the data of a line with a final state; undefined when there is none. */
export function causeIn(data: CallEvent['data']): SaidCause | undefined {
  const cause = data['cause'];
  if (typeof cause !== 'object' || cause === null) return undefined;
  const given = cause as Readonly<Record<string, unknown>>;
  return {
    ...(typeof given['sipStatus'] === 'number' ? { sipStatus: given['sipStatus'] } : {}),
    ...(typeof given['q850'] === 'number' ? { q850: given['q850'] } : {}),
    ...(typeof given['why'] === 'string' ? { why: given['why'] } : {}),
    ...(given['noMedia'] === true ? { noMedia: true } : {}),
  };
}
