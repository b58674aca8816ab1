import type { CallRecord } from '../../records/repositories.ts';
import { findCall } from '../calls/find.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { NO_FILTERS } from '../list-query.ts';
import type { ApiRequest, Route, RoutedRequest } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { changeRecording, CURRENT, currentOf } from './control.ts';
import {
  findRecording,
  listRecordings,
  type RecordingDeps,
  removeRecording,
  showRecording,
} from './handlers.ts';
import { presentRecording, RECORDING } from './presenter.ts';
import { changedRecordingSchema, type NewRecordingForm, newRecordingSchema, termsOf } from './schema.ts';

const MANY = '/Calls/:callSid/Recordings';

/** `P/Calls/{sid}/Recordings`: also begins recordings, and pauses, resumes and stops them. */
export function callRecordingRoutes(deps: RecordingDeps): readonly Route[] {
  const findOwner = (request: RoutedRequest) => findCall(deps.calls, request, 'callSid');
  const each = {
    path: `${MANY}/:sid`,
    resource: RECORDING,
    find: (request: RoutedRequest) => findOfCall(deps, request),
  };
  return [
    listRoute({
      path: MANY,
      summary: 'Recordings of one call',
      resource: RECORDING,
      times: ['DateCreated'],
      filters: NO_FILTERS,
      find: findOwner,
      handle: (request) => {
        const { sid } = request.found;
        return listRecordings(deps, request, ['Calls', sid, 'Recordings'], { callSid: sid });
      },
    }),
    createRoute({
      path: MANY,
      summary: 'Begins to record a call that is in progress',
      resource: RECORDING,
      form: newRecordingSchema,
      find: findOwner,
      handle: (request) => begin(deps, request),
    }),
    readRoute({ ...each, summary: 'Reads a Recording of a call', handle: showRecording }),
    ...changeRoutes({
      ...each,
      summary: `Pauses, resumes or stops a recording; ${CURRENT} is the only one that runs`,
      form: changedRecordingSchema,
      handle: async ({ found, form, place }) => ({
        shown: presentRecording(await changeRecording(deps.service, found, form), place),
      }),
    }),
    removeRoute({
      path: each.path,
      find: each.find,
      summary: 'Removes a finished recording of a call and its sound',
      handle: ({ found }) => removeRecording(deps, found),
    }),
  ];
}

async function begin(
  { service }: RecordingDeps,
  {
    account,
    found,
    form,
    place,
  }: ApiRequest<{ readonly found: CallRecord; readonly form: NewRecordingForm }>,
) {
  const terms = { ...termsOf(form), source: 'StartCallRecordingAPI' } as const;
  const begun = await service.begin(account.sid, found.sid, terms);
  if (begun === 'not-in-progress') {
    const message = `Only a call that is in progress can be recorded; this one is ${found.status}`;
    throw badRequest(API_ERRORS.callState, message);
  }
  if (begun === 'many') {
    throw badRequest(API_ERRORS.callState, 'Four recordings of this call run already; stop one first');
  }
  return { shown: presentRecording(begun, place) };
}

async function findOfCall(deps: RecordingDeps, request: RoutedRequest) {
  if (request.variables['sid'] !== CURRENT) return findRecording(deps, request);
  const { sid: callSid } = await findCall(deps.calls, request, 'callSid');
  return currentOf(deps.service.running({ callSid }));
}
