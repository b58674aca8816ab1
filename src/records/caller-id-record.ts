/** A number that is not ours but that an account may show as the caller, at trunks that do not take every caller. */
export interface CallerIdRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  /** As it is dialled; an account has it once, with or without `+`. */
  readonly phoneNumber: string;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}
