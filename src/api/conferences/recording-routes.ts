import { changeRecording, CURRENT, currentOf } from '../recordings/control.ts';
import { presentRecording, RECORDING } from '../recordings/presenter.ts';
import {
  findRecording,
  listRecordings,
  type RecordingDeps,
  removeRecording,
  showRecording,
} from '../recordings/handlers.ts';
import { changedRecordingSchema } from '../recordings/schema.ts';
import type { ConferenceRepository } from '../../records/conference-repository.ts';
import { notFound } from '../errors.ts';
import { NO_FILTERS } from '../list-query.ts';
import type { Route, RoutedRequest } from '../route.ts';
import { changeRoutes, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { findConference } from './find.ts';

export interface ConferenceRecordingDeps extends Pick<RecordingDeps, 'recordings' | 'sounds' | 'service'> {
  readonly conferences: ConferenceRepository;
}

const MANY = '/Conferences/:room/Recordings';

/** `P/Conferences/{sid or name}/Recordings`. */
export function conferenceRecordingRoutes(deps: ConferenceRecordingDeps): readonly Route[] {
  const find = (request: RoutedRequest) => findOfConference(deps, request);
  const each = { path: `${MANY}/:sid`, find };
  return [
    listRoute({
      path: MANY,
      summary: 'Recordings that were made in one conference',
      resource: RECORDING,
      times: ['DateCreated'],
      filters: NO_FILTERS,
      find: (request) => findConference(deps.conferences, request),
      handle: (request) => {
        const { sid } = request.found;
        return listRecordings(deps, request, ['Conferences', sid, 'Recordings'], { conferenceSid: sid });
      },
    }),
    readRoute({
      ...each,
      resource: RECORDING,
      summary: 'Reads a Recording of a conference',
      handle: showRecording,
    }),
    ...changeRoutes({
      ...each,
      resource: RECORDING,
      summary: `Pauses, resumes or stops a recording; ${CURRENT} is the only one that runs in the conference`,
      form: changedRecordingSchema,
      handle: async ({ found, form, place }) => ({
        shown: presentRecording(await changeRecording(deps.service, found, form), place),
      }),
    }),
    removeRoute({
      ...each,
      summary: 'Removes a finished recording of a conference and its sound',
      handle: ({ found }) => removeRecording(deps, found),
    }),
  ];
}

async function findOfConference(deps: ConferenceRecordingDeps, request: RoutedRequest) {
  const { sid: conferenceSid } = await findConference(deps.conferences, request);
  if (request.variables['sid'] === CURRENT) return currentOf(deps.service.running({ conferenceSid }));
  const record = await findRecording(deps, request);
  if (record.conferenceSid !== conferenceSid) throw notFound(`Recording ${record.sid}`);
  return record;
}
