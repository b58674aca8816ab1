import type { z } from 'zod';
import { compact } from '../../call/compact.ts';
import { STREAM_ERRORS, type StreamError, type StreamRecord } from '../../call/stream/stream-record.ts';
import type { CallRecord, CallRepository } from '../../records/repositories.ts';
import type { StreamRepository } from '../../records/stream-repository.ts';
import { findCall } from '../calls/find.ts';
import { requestTarget } from '../calls/request-target.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { NO_FILTERS } from '../list-query.ts';
import { uriOf } from '../place.ts';
import type { NewStream, StreamService } from '../ports.ts';
import type { ApiRequest, Route, RoutedRequest } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute } from '../route-kinds.ts';
import { presentStream, STREAM } from './presenter.ts';
import { changedStreamSchema, newStreamSchema, parametersIn } from './schema.ts';

export interface StreamDeps {
  readonly streams: StreamRepository;
  readonly calls: CallRepository;
  readonly streamService: StreamService;
}

const MANY = '/Calls/:callSid/Streams';

/** `P/Calls/{sid}/Streams`. */
export function streamRoutes(deps: StreamDeps): readonly Route[] {
  const { streams, calls, streamService } = deps;
  const findOne = (request: RoutedRequest) => findStream(deps, request);
  const one = { path: `${MANY}/:sid`, resource: STREAM, find: findOne };
  return [
    listRoute({
      path: MANY,
      summary: 'Streams of one call, newest first',
      filters: NO_FILTERS,
      resource: STREAM,
      find: (request) => findCall(calls, request, 'callSid'),
      handle: async ({ account, found: { sid }, place, query: { page } }) => {
        const found = await streams.list(sid, page);
        const items = found.items.map((record) => presentStream(record, place));
        return { ...found, items, uri: uriOf(place, account.sid, 'Calls', sid, 'Streams') };
      },
    }),
    createRoute({
      path: MANY,
      summary: 'Streams the audio of a call to a WebSocket server',
      form: newStreamSchema,
      resource: STREAM,
      find: (request) => findCall(calls, request, 'callSid'),
      handle: (request) => begin(streamService, request),
    }),
    readRoute({
      ...one,
      summary: 'Reads a Stream, by sid or name',
      handle: async ({ found, place }) => ({ shown: presentStream(found, place) }),
    }),
    ...changeRoutes({
      ...one,
      summary: 'Stops a Stream, by sid or name',
      form: changedStreamSchema,
      handle: async ({ found, place }) => {
        const stopped = await streamService.stop(found.callSid, found.sid);
        return { shown: presentStream(stopped ?? found, place) };
      },
    }),
  ];
}

async function begin(
  streamService: StreamService,
  {
    found,
    form,
    sent,
    place,
  }: ApiRequest<{ readonly found: CallRecord; readonly form: z.output<typeof newStreamSchema> }>,
) {
  const order: NewStream = compact({
    url: new URL(form.Url).href,
    name: form.Name,
    track: form.Track ?? 'inbound_track',
    statusCallback: requestTarget(form.StatusCallback, form.StatusCallbackMethod),
    parameters: parametersIn(sent.form),
  });
  const begun = await streamService.begin(found.sid, order);
  if (begun === 'not-in-progress') {
    const what = `Call ${found.sid} is ${found.status}; only a call that is in progress can be streamed`;
    throw badRequest(API_ERRORS.callState, what);
  }
  if ('code' in begun) throw refused(begun);
  return { shown: presentStream(begun, place) };
}

function refused({ code, message }: StreamError) {
  return badRequest(code === STREAM_ERRORS.notCarried ? API_ERRORS.badRequest : code, message);
}

async function findStream({ streams, calls }: StreamDeps, request: RoutedRequest): Promise<StreamRecord> {
  const call = await findCall(calls, request, 'callSid');
  const sidOrName = request.variables['sid'] ?? '';
  const record = await streams.find(call.sid, sidOrName);
  if (record === undefined) throw notFound(`Stream ${sidOrName}`);
  return record;
}
