import { z } from 'zod';
import { API_ERRORS, badRequest } from '../errors.ts';
import type { Form } from '../form.ts';
import { checked, label, optional, readForm, sidFilter, truth } from '../parameters.ts';
import { LIVE_EVENTS, type LiveEventName } from './live-event.ts';

/** The event that comes only to those who name it, or ask for one call: there are many of it. */
const LINES: LiveEventName = 'call.event';
const GROUPS = [...new Set(LIVE_EVENTS.map((name) => name.split('.')[0] ?? name))];

/** The query of `GET P/Live`. */
export const liveSchema = z.object({
  Events: optional(
    checked(
      API_ERRORS.badRequest,
      `a list of ${GROUPS.join(', ')}, or of ${LIVE_EVENTS.join(', ')}`,
      (text) => partsOf(text).every((part) => namesOf(part).length > 0),
    ),
  ),
  CallSid: sidFilter('CA'),
  SubAccounts: optional(truth()),
  LastEventId: optional(label(100)),
});

export interface AskedEvents {
  readonly names: ReadonlySet<LiveEventName>;
  readonly callSid: string | undefined;
  readonly subAccounts: boolean;
  readonly lastEventId: string | undefined;
}

/** @throws ApiError 400, also for a parameter that is not known: a stream with too much in it is a wrong one */
export function readAskedEvents(query: Form): AskedEvents {
  const names = Object.keys(liveSchema.shape);
  const unknown = [...query.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const message = `${unknown.slice(0, 100)} is not a parameter of Live; it has ${names.join(', ')}`;
    throw badRequest(API_ERRORS.badRequest, message);
  }
  const { Events, CallSid, SubAccounts = false, LastEventId } = readForm(liveSchema, query);
  return {
    names: askedNames(Events, CallSid !== undefined),
    callSid: CallSid,
    subAccounts: SubAccounts,
    lastEventId: LastEventId,
  };
}

function askedNames(written: string | undefined, oneCall: boolean): ReadonlySet<LiveEventName> {
  const parts = written === undefined ? GROUPS : partsOf(written);
  const found = new Set(parts.flatMap(namesOf));
  if (!oneCall && !parts.includes(LINES)) found.delete(LINES);
  return found;
}

function partsOf(written: string): readonly string[] {
  return written.split(/[,\s]+/).filter((part) => part !== '');
}

/** The events that a part of the list stands for: one, or a group, which may end with a dot or `.*`. */
function namesOf(part: string): readonly LiveEventName[] {
  const group = `${part.replace(/\.\*?$/, '')}.`;
  return LIVE_EVENTS.filter((name) => name === part || name.startsWith(group));
}
