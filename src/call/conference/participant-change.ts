import type { RequestTarget } from '../callback-target.ts';
import type { ParticipantRecord } from './conference-record.ts';

/** What REST may change of a participant. */
export type ParticipantChange = Partial<
  Pick<ParticipantRecord, 'muted' | 'hold' | 'endConferenceOnExit' | 'beepOnExit'>
> & {
  /** What it hears on hold; undefined: music. */
  readonly holdSound?: RequestTarget;
  /** Whom it coaches; null: it talks to all. */
  readonly callSidToCoach?: string | null;
};

/** The participant after a change. */
export function changed(
  before: ParticipantRecord,
  { holdSound: _sound, callSidToCoach, ...change }: ParticipantChange,
  now: number,
): ParticipantRecord {
  const { callSidToCoach: coached, ...rest } = { ...before, ...change, dateUpdated: now };
  const next = callSidToCoach === undefined ? coached : (callSidToCoach ?? undefined);
  return next === undefined ? rest : { ...rest, callSidToCoach: next };
}

/** Whether something has changed that has no event of its own. */
export function isModified(now: ParticipantRecord, before: ParticipantRecord): boolean {
  return (
    now.endConferenceOnExit !== before.endConferenceOnExit ||
    now.beepOnExit !== before.beepOnExit ||
    now.callSidToCoach !== before.callSidToCoach
  );
}
