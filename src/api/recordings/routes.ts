import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import { sidFilter } from '../parameters.ts';
import type { Route, RoutedRequest } from '../route.ts';
import { listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { callRecordingRoutes } from './call-recordings.ts';
import {
  findRecording,
  listRecordings,
  type RecordingDeps,
  removeRecording,
  showRecording,
} from './handlers.ts';
import { RECORDING } from './presenter.ts';

/** `P/Recordings` and `P/Calls/{sid}/Recordings`; the sound itself is served by sounds.ts. */
export function recordingRoutes(deps: RecordingDeps): readonly Route[] {
  const find = (request: RoutedRequest) => findRecording(deps, request);
  return [
    listRoute({
      resource: RECORDING,
      times: ['DateCreated'],
      path: '/Recordings',
      summary: 'Recordings, newest first',
      filters: z.object({ CallSid: sidFilter('CA'), ConferenceSid: sidFilter('CF') }),
      handle: (request) => {
        const { CallSid: callSid, ConferenceSid: conferenceSid } = request.query.given;
        return listRecordings(deps, request, ['Recordings'], compact({ callSid, conferenceSid }));
      },
    }),
    readRoute({
      path: '/Recordings/:sid',
      summary: 'Reads a Recording',
      resource: RECORDING,
      find,
      handle: showRecording,
    }),
    removeRoute({
      path: '/Recordings/:sid',
      summary: 'Removes a finished recording and its sound',
      find,
      handle: ({ found }) => removeRecording(deps, found),
    }),
    ...callRecordingRoutes(deps),
  ];
}
