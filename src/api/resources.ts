import { accountRoutes } from './accounts/routes.ts';
import { applicationRoutes } from './applications/routes.ts';
import { callbackRoutes } from './callbacks/routes.ts';
import { callRoutes } from './calls/routes.ts';
import { findSip } from './calls/sip/find-sip.ts';
import { clientRoutes } from './clients/routes.ts';
import { clientTokenRoutes } from './client-tokens/routes.ts';
import { conferenceRoutes } from './conferences/routes.ts';
import { conferenceRecordingRoutes } from './conferences/recording-routes.ts';
import { numberRoutes } from './incoming-phone-numbers/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { callerIdRoutes } from './outgoing-caller-ids/routes.ts';
import { dialingPermissionRoutes } from './dialing-permissions/routes.ts';
import { documentRequestRoutes } from './document-request/routes.ts';
import { logRoutes } from './log/routes.ts';
import { messageRoutes } from './messages/routes.ts';
import { notificationRoutes } from './notifications/routes.ts';
import { asteriskPush } from './push.ts';
import { jobRoutes } from './jobs/routes.ts';
import { queueRoutes } from './queues/routes.ts';
import { problemRoutes } from './problems/routes.ts';
import { rcmlLintRoutes } from './rcml-lint/routes.ts';
import { recordingRoutes } from './recordings/routes.ts';
import type { Route } from './route.ts';
import { routingRoutes } from './routing/routes.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { signatureCheckRoutes } from './signature-check/routes.ts';
import type { ApiDeps } from './api-deps.ts';
import { streamRoutes } from './streams/routes.ts';
import { clientSetupRoutes } from './clients/setup.ts';
import { doctorRoutes } from './doctor/routes.ts';
import { statsRoutes } from './stats/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { trunkRoutes } from './sip-trunks/routes.ts';
import { trunkTestRoutes } from './sip-trunks/test-routes.ts';

/** The routes of all resources; a new resource is one line here. */
export function resourceRoutes(deps: ApiDeps): readonly Route[] {
  const { repositories, callService, provisioning, clock, log } = deps;
  const {
    accounts,
    applications,
    callbacks,
    calls,
    clients,
    clientTokens,
    numbers,
    notifications,
    problems,
    stats,
    timeline,
    trunks,
  } = repositories;
  const { sounds, service } = deps.recordings;
  const recording = { recordings: repositories.recordings, sounds, service };
  const push = asteriskPush(clock, log);
  const { ice = { stunUrls: [] } } = deps;
  return [
    ...accountRoutes({
      accounts,
      calls,
      callService,
      clock,
      onRestricted: () => void deps.live?.check(),
      onStatus: () => void deps.webPhones?.accountsChanged(),
      ...(deps.cluster === undefined ? {} : { endElsewhere: deps.cluster.endCallsElsewhere }),
    }),
    ...callRoutes({ calls, timeline, applications, callService, sip: findSip(deps) }),
    ...numberRoutes({ numbers, applications, clock }),
    ...clientRoutes({ clients, applications, provisioning, push, clock }),
    ...clientSetupRoutes(clients, deps.sipSetup),
    ...clientTokenRoutes({
      clients,
      clientTokens,
      webPhones: deps.webPhones,
      webPhonesOff: deps.webPhonesOff,
      ice,
      push,
      clock,
    }),
    ...tokenRoutes(ice, clock),
    ...applicationRoutes(applications, clock),
    ...recordingRoutes({ ...recording, calls }),
    ...streamRoutes({ streams: repositories.streams, calls, streamService: deps.streamService }),
    ...messageRoutes({ messages: repositories.messages, sending: deps.messages, clock }),
    ...conferenceRoutes({
      conferences: repositories.conferences,
      rooms: deps.rooms,
      applications,
      callService,
    }),
    ...conferenceRecordingRoutes({ ...recording, conferences: repositories.conferences }),
    ...queueRoutes({ queues: repositories.queues, driven: deps.queues, callService, clock }),
    ...notificationRoutes({ notifications, calls }),
    ...callbackRoutes({ callbacks, jobs: deps.replayJobs, clock }),
    ...jobRoutes(deps.replayJobs),
    ...problemRoutes({ problems, clock }),
    ...signatureCheckRoutes(deps.signing),
    ...routingRoutes(deps.directory),
    ...trunkRoutes({ trunks, accounts, rules: deps.trunkRules, provisioning, push, clock }),
    ...trunkTestRoutes({ trunks, testTrunk: deps.testTrunk, provisioning, clock }),
    ...sessionRoutes({
      sessions: repositories.sessions,
      clock,
      onEnded: () => void deps.live?.check(),
    }),
    ...statsRoutes({ stats, provisioning, probes: deps.probes, documentP95Ms: deps.documentP95Ms, clock }),
    ...doctorRoutes({ accounts, examine: deps.examine }),
    ...callerIdRoutes(repositories.callerIds, clock),
    ...dialingPermissionRoutes(repositories.dialingPermissions, clock),
    ...logRoutes({ accounts, logLines: deps.logLines }),
    ...keyRoutes({ keys: repositories.keys, clock }),
    ...documentRequestRoutes({ askDocument: deps.askDocument, turns: deps.compileTurns }),
    ...rcmlLintRoutes({ fetchDocument: deps.fetchDocument, turns: deps.compileTurns }),
  ];
}
