import type { z } from 'zod';
import { compact } from '../../call/compact.ts';
import { MESSAGE_ERRORS, type MessageRecord, partyText } from '../../call/message/message-record.ts';
import { type Messages, MESSAGES_PER_SECOND } from '../../call/message/messages.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { MessageRepository } from '../../records/message-repository.ts';
import { requestTarget } from '../calls/request-target.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import type { Form } from '../form.ts';
import { uriOf } from '../place.ts';
import { CapacityError, NoAsteriskError } from '../ports.ts';
import { type ApiRequest, type Route, type RoutedRequest, sidOf } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { MESSAGE, presentMessage } from './presenter.ts';
import {
  changedMessageSchema,
  messageFilterSchema,
  newMessageSchema,
  NOT_SENDABLE,
  partyOf,
} from './schema.ts';

export interface MessageDeps {
  readonly messages: MessageRepository;
  readonly sending: Pick<Messages, 'isReachable' | 'admit' | 'maySendAs' | 'create'>;
  readonly clock: Clock;
}

/** `P/Messages`, and `P/SMS/Messages`, which is Restcomm's name of the same. */
export function messageRoutes(deps: MessageDeps): readonly Route[] {
  return [...routesAt(['Messages'], deps), ...routesAt(['SMS', 'Messages'], deps)];
}

function routesAt(collection: readonly string[], deps: MessageDeps): readonly Route[] {
  const { messages, clock } = deps;
  const path = `/${collection.join('/')}`;
  const shown = (record: MessageRecord, place: RoutedRequest['place']) =>
    presentMessage(record, collection, place);
  const find = (request: RoutedRequest) => findMessage(messages, request);
  const each = { path: `${path}/:sid`, find };
  return [
    listRoute({
      path,
      summary: 'Messages, newest first',
      filters: messageFilterSchema,
      times: ['DateSent'],
      resource: MESSAGE,
      handle: async ({ account, place, query: { page, given, spans } }) => {
        const found = await messages.list(
          account.sid,
          page,
          compact({
            from: stored(given.From),
            to: stored(given.To),
            sentFrom: spans.DateSent.from,
            sentBefore: spans.DateSent.before,
          }),
        );
        const items = found.items.map((record) => shown(record, place));
        return { ...found, items, uri: uriOf(place, account.sid, ...collection) };
      },
    }),
    createRoute({
      path,
      summary: 'Sends a message; it is handed to SIP after the reply',
      form: newMessageSchema,
      resource: MESSAGE,
      handle: async (request) => {
        const queued = await create(deps, request);
        return { shown: shown(queued.record, request.place), afterReply: () => void queued.send() };
      },
    }),
    readRoute({
      ...each,
      summary: 'Reads a Message',
      resource: MESSAGE,
      handle: async ({ found, place }) => ({ shown: shown(found, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Removes the text of a message',
      form: changedMessageSchema,
      resource: MESSAGE,
      handle: async ({ found, form, place }) => {
        if (form.Body === undefined) throw badRequest(API_ERRORS.badRequest, 'Body is required, and empty');
        const dateUpdated = clock.now();
        if (!(await messages.removeText(found.accountSid, found.sid, dateUpdated))) throw notFinal(found);
        return { shown: shown({ ...found, body: '', dateUpdated }, place) };
      },
    }),
    removeRoute({
      ...each,
      summary: 'Removes a message',
      handle: async ({ found }) => {
        if (!(await messages.remove(found.accountSid, found.sid))) throw notFinal(found);
      },
    }),
  ];
}

async function create(
  { sending }: MessageDeps,
  { account, form, sent }: ApiRequest<{ readonly form: z.output<typeof newMessageSchema> }>,
) {
  refuseWhatIsNotSent(sent.form);
  const order = {
    accountSid: account.sid,
    from: form.From,
    to: form.To,
    body: form.Body,
    direction: 'outbound-api' as const,
    statusCallback: requestTarget(form.StatusCallback, form.StatusCallbackMethod),
  };
  if (!(await sending.maySendAs(order))) {
    const from = partyText(form.From);
    const message = `From must be a number or a client of this account; ${from} is neither`;
    throw badRequest(MESSAGE_ERRORS.from, message);
  }
  if (!sending.isReachable) throw new NoAsteriskError('message');
  if (!sending.admit(account.sid)) {
    throw new CapacityError(`An account sends at most ${MESSAGES_PER_SECOND} messages in a second`);
  }
  return await sending.create(compact(order));
}

/** A message without its picture, or now instead of tomorrow, is worse than none. */
function refuseWhatIsNotSent(form: Form): void {
  const names = NOT_SENDABLE.filter((name) => (form.get(name)?.at(-1) ?? '') !== '');
  if (names.length === 0) return;
  throw badRequest(API_ERRORS.badRequest, `Not supported, so nothing was sent: ${names.join(', ')}`);
}

function stored(written: string | undefined): string | undefined {
  const party = partyOf(written);
  return party === undefined ? written : partyText(party);
}

function notFinal({ sid }: MessageRecord) {
  return badRequest(
    API_ERRORS.badRequest,
    `Message ${sid} is still being sent: only a final one can be changed`,
  );
}

async function findMessage(messages: MessageRepository, request: RoutedRequest): Promise<MessageRecord> {
  const sid = sidOf(request, 'SM');
  const record = await messages.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Message ${sid}`);
  return record;
}
