import { z } from 'zod';
import type { Parameters } from '../../call/request-parameters.ts';
import { LARGEST_QUEUE, waitedSeconds } from '../../call/queue/queue-record.ts';
import type { CallQueues } from '../../call/queue/call-queues.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { QueueRepository, WaitingMember } from '../../records/queue-repository.ts';
import { inlineDocument } from '../calls/schema.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { NO_FILTERS } from '../list-query.ts';
import { httpMethod, httpUrl, optional, wholeNumber } from '../parameters.ts';
import { uriOf } from '../place.ts';
import type { CallChange, CallService } from '../ports.ts';
import type { ApiRequest, Route, RoutedRequest } from '../route.ts';
import { changeRoutes, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { findMember, findNamedMember, findQueue, type NamedMember, noMember } from './find.ts';
import { presentMember, QUEUE_MEMBER } from './presenter.ts';

export interface QueueDeps {
  readonly queues: QueueRepository;
  /** The queues as they are driven. */
  readonly driven: Pick<CallQueues, 'create' | 'change' | 'remove' | 'takeOut' | 'move' | 'dismiss'>;
  readonly callService: Pick<CallService, 'modify'>;
  readonly clock: Clock;
}

/** `POST P/Queues/{sid}/Members/{CallSid or Front}`. */
const takenSchema = z.object({
  Url: optional(httpUrl()),
  Method: optional(httpMethod()),
  Twiml: optional(inlineDocument),
  Rcml: optional(inlineDocument),
  Position: optional(wholeNumber(1, LARGEST_QUEUE)),
});

const MANY = '/Queues/:queue/Members';

/** `P/Queues/{sid or name}/Members`. */
export function memberRoutes(deps: QueueDeps): readonly Route[] {
  const { queues, driven, clock } = deps;
  const path = `${MANY}/:member`;
  const findNamed = (request: RoutedRequest) => findNamedMember(queues, request);
  return [
    listRoute({
      path: MANY,
      summary: 'Who waits in the queue, in its order',
      filters: NO_FILTERS,
      resource: QUEUE_MEMBER,
      find: (request) => findQueue(queues, request),
      handle: async ({ account, found: { sid }, place, query: { page } }) => {
        const found = await queues.members(sid, page);
        const items = found.items.map((record) => presentMember(record, place, clock.now()));
        return { ...found, items, uri: uriOf(place, account.sid, 'Queues', sid, 'Members') };
      },
    }),
    readRoute({
      path,
      summary: 'Reads who waits, or who is at the front (Front)',
      resource: QUEUE_MEMBER,
      find: (request) => findMember(queues, request),
      handle: async ({ found, place }) => ({ shown: presentMember(found, place, clock.now()) }),
    }),
    ...changeRoutes({
      path,
      summary:
        'Takes a member, or the one at the front (Front), out of the queue and gives it a document, or moves it',
      form: takenSchema,
      resource: QUEUE_MEMBER,
      find: findNamed,
      handle: async (request) => {
        const { account, form, found, place } = request;
        if (form.Position !== undefined) {
          const moved = await move(deps, found, form);
          return { shown: presentMember(moved, place, clock.now()) };
        }
        const change = changeOf(form);
        const now = clock.now();
        const member = await takeOut(deps, request);
        const { callSid } = member;
        const parameters = parametersOf(member, now);
        const done = await deps.callService.modify(account.sid, callSid, { ...change, parameters });
        // It has hung up in this moment.
        if (done !== 'modified') throw noMember(callSid);
        return { shown: presentMember(member, place, now) };
      },
    }),
    removeRoute({
      path,
      summary: 'Makes a member leave the queue, with QueueResult=leave',
      find: (request) => findMember(queues, request),
      handle: async ({ found: { queueSid, callSid } }) => {
        if (!(await driven.dismiss(queueSid, callSid))) throw noMember(callSid);
      },
    }),
  ];
}

async function takeOut(
  { driven }: QueueDeps,
  { found: { queue, callSid } }: ApiRequest<{ readonly found: NamedMember }>,
): Promise<WaitingMember> {
  const taken = await driven.takeOut(queue.sid, callSid);
  if (taken === undefined) throw noMember(callSid);
  return { ...taken.member, position: taken.position };
}

/** @throws ApiError 400, or 404 when it does not wait */
async function move(
  { driven }: QueueDeps,
  { queue, callSid }: NamedMember,
  { Position: position = 1, Url, Twiml, Rcml }: z.output<typeof takenSchema>,
): Promise<WaitingMember> {
  if ((Url ?? Twiml ?? Rcml) !== undefined) {
    throw badRequest(API_ERRORS.badRequest, 'Position and a document cannot be given in one request');
  }
  if (callSid === undefined)
    throw badRequest(API_ERRORS.badRequest, 'Position needs the CallSid of a member');
  const moved = await driven.move(queue.sid, callSid, position);
  if (moved === undefined) throw noMember(callSid);
  return { ...moved.member, position: moved.position };
}

/** The document that the member goes on with. @throws ApiError 400 */
function changeOf({ Url, Method = 'POST', Twiml, Rcml }: z.output<typeof takenSchema>): CallChange {
  const text = Twiml ?? Rcml;
  if (Url !== undefined) return { document: { kind: 'url', url: Url, method: Method }, moveConnected: false };
  if (text !== undefined) return { document: { kind: 'inline', text }, moveConnected: false };
  throw badRequest(API_ERRORS.voiceUrl, 'Url (or Twiml or Rcml, with the document itself) is required');
}

function parametersOf(member: WaitingMember, now: number): Parameters {
  return [
    ['QueueSid', member.queueSid],
    ['QueueTime', String(waitedSeconds(member, now))],
  ];
}
