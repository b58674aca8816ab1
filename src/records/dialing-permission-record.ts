import type { DialingRule } from '../call/routing/dialing-rules.ts';

/** One rule of what an account may dial: a prefix or a country. */
export interface DialingPermissionRecord extends DialingRule {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}
