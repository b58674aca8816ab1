import type { Claim, Verdict } from './claim.ts';
import type { QueueMemberRecord } from './queue-record.ts';

/** A member in the hands of whoever took it. */
export interface TakenMember {
  readonly callSid: string;
  readonly queueSid: string;
  /** Whole seconds that it waited. */
  readonly waitedS: number;
  readonly claim: Claim;
  /** The two are about to be connected; resolves when that is durable. */
  talks(): Promise<void>;
  /** Lets the member go; the two are not connected any more. */
  finish(verdict: Verdict): void;
}

/** A member with its position: of one that was taken, as it was before. */
export interface PlacedMember {
  readonly member: QueueMemberRecord;
  readonly position: number;
}
