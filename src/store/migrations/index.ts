import { accountsMigration } from './0001-accounts.ts';
import { resourcesMigration } from './0002-resources.ts';
import { callsMigration } from './0003-calls.ts';
import { callbacksMigration } from './0004-callbacks.ts';
import { recordingsMigration } from './0005-recordings.ts';
import { tokenRotationMigration } from './0006-token-rotation.ts';
import { listsMigration } from './0007-lists.ts';
import { conferencesMigration } from './0008-conferences.ts';
import { owedActionsMigration } from './0009-owed-actions.ts';
import { listIndexesMigration } from './0010-list-indexes.ts';
import { trunkCredentialsMigration } from './0011-trunk-credentials.ts';
import { conferenceTimesMigration } from './0012-conference-times.ts';
import { loginsAsSpelledMigration } from './0013-logins-as-spelled.ts';
import { trunkIdentityMigration } from './0014-trunk-identity.ts';
import { destinationsMigration } from './0015-destinations.ts';
import { journalMigration } from './0016-journal.ts';
import { keptDocumentsMigration } from './0017-kept-documents.ts';
import { consoleSessionsMigration } from './0018-console-sessions.ts';
import { consoleCallsMigration } from './0019-console-calls.ts';
import { problemMarksMigration } from './0020-problem-marks.ts';
import { clusterMigration } from './0021-cluster.ts';
import { clientTokensMigration } from './0025-client-tokens.ts';
import { streamsMigration } from './0027-streams.ts';
import { keysMigration } from './0034-keys.ts';
import { queuesMigration } from './0031-queues.ts';
import { queueCallbacksMigration } from './0032-queue-callbacks.ts';
import { recordingControlMigration } from './0029-recording-control.ts';
import { machineDetectionMigration } from './0035-machine-detection.ts';
import { kamailioMigration } from './0037-kamailio.ts';
import { roomOwnersMigration } from './0038-room-owners.ts';
import { sipTracesMigration } from './0040-sip-traces.ts';
import { jobsMigration } from './0041-jobs.ts';
import { attemptTimingMigration } from './0042-attempt-timing.ts';
import { sipSideMigration } from './0022-sip-side.ts';
import { participantsMigration } from './0036-participants.ts';
import { outgoingGuardsMigration } from './0057-outgoing-guards.ts';
import { messagesMigration } from './0052-messages.ts';
import type { Migration } from './migration.ts';

/** All steps, in the order in which they are taken. */
export const migrations: readonly Migration[] = [
  accountsMigration,
  resourcesMigration,
  callsMigration,
  callbacksMigration,
  recordingsMigration,
  tokenRotationMigration,
  listsMigration,
  conferencesMigration,
  owedActionsMigration,
  listIndexesMigration,
  trunkCredentialsMigration,
  conferenceTimesMigration,
  loginsAsSpelledMigration,
  trunkIdentityMigration,
  destinationsMigration,
  journalMigration,
  keptDocumentsMigration,
  consoleSessionsMigration,
  consoleCallsMigration,
  problemMarksMigration,
  clusterMigration,
  clientTokensMigration,
  streamsMigration,
  sipSideMigration,
  recordingControlMigration,
  queuesMigration,
  queueCallbacksMigration,
  keysMigration,
  machineDetectionMigration,
  kamailioMigration,
  roomOwnersMigration,
  sipTracesMigration,
  participantsMigration,
  outgoingGuardsMigration,
  jobsMigration,
  attemptTimingMigration,
  messagesMigration,
];
