import type { AccountRecord } from '../../records/repositories.ts';
import type { Place } from '../place.ts';
import type { Log } from '../../concurrency/log.ts';

/** What the middlewares know of a request; each member is set by the one that is named for it. */
export interface ApiState {
  log: Log;
  /** Whether a line of this kind is written: not each one that somebody without an account can cause. */
  mayLog(kind: string): boolean;
  /** How the API was addressed; undefined for all that is not the API. */
  place?: Place;
  /** Relative to the prefix, without `.json`. */
  apiPath?: string;
  /** The account whose token was given. */
  asking?: AccountRecord;
}
