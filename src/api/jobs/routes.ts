import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { dated, sid, whole } from '../reply-parts.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { readRoute, removeRoute } from '../route-kinds.ts';
import type { ReplayJob } from '../../records/job-repository.ts';
import type { ReplayJobs } from './replay-jobs.ts';

export const JOB = resource('Job', {
  sid: sid('JO'),
  account_sid: sid('AC'),
  state: z.enum(['running', 'completed', 'canceled', 'failed']),
  matched: whole.meta({ description: 'Callbacks that the filter found' }),
  replayed: whole.meta({ description: 'Of these, those that are pending again' }),
  ...dated,
});

/** `P/Jobs/{sid}`: how far it is, and its end before the end. */
export function jobRoutes(jobs: ReplayJobs): readonly Route[] {
  const each = {
    path: '/Jobs/:sid',
    find: (request: RoutedRequest) => findJob(jobs, request),
  };
  return [
    readRoute({
      ...each,
      summary: 'Says how far a job is',
      resource: JOB,
      handle: async ({ found, place }) => ({ shown: presentJob(found, place) }),
    }),
    removeRoute({
      ...each,
      summary: 'Ends a job that runs; what it has done stays',
      handle: async ({ found: { accountSid, sid: jobSid } }) => {
        if (await jobs.cancel(jobSid)) return;
        const state = (await jobs.find(accountSid, jobSid))?.state ?? 'gone';
        throw badRequest(API_ERRORS.callState, `Only a job that runs can be ended; this one is ${state}`);
      },
    }),
  ];
}

export function presentJob(job: ReplayJob, place: Place): Shown<typeof JOB> {
  return {
    sid: job.sid,
    account_sid: job.accountSid,
    state: job.state,
    matched: job.matched,
    replayed: job.replayed,
    api_version: API_VERSION,
    date_created: rfc2822(job.dateCreated),
    date_updated: rfc2822(job.dateUpdated),
    uri: uriOf(place, job.accountSid, 'Jobs', job.sid),
  };
}

async function findJob(jobs: ReplayJobs, request: RoutedRequest): Promise<ReplayJob> {
  const jobSid = sidOf(request, 'JO');
  const job = await jobs.find(request.account.sid, jobSid);
  if (job === undefined) throw notFound(`Job ${jobSid}`);
  return job;
}
