import type { AccountRecord } from '../../records/repositories.ts';
import type { Place } from '../place.ts';
import type { Log } from '../../concurrency/log.ts';
import type { Forwarder } from '../cluster/forward-signature.ts';

/** What the middlewares know about a request. */
export interface ApiState {
  log: Log;
  /** Whether a line of this kind may be written: only a sample of those that somebody without an account causes. */
  mayLog(kind: string): boolean;
  /** How the API was addressed; undefined when the request is not for the API. */
  place?: Place;
  /** Relative to the prefix, without `.json`. */
  apiPath?: string;
  /** The account whose token was given, or that has signed in to the console. */
  asking?: AccountRecord;
  /** It was the secret of one of its API keys, to which not everything is open. */
  isKey?: boolean;
  /** Whether whoever asks would still be let in, for replies that take long. */
  isStillAsking?: () => Promise<boolean>;
  /** In a cluster: the node that has authenticated the request and forwards it. */
  forwarder?: Forwarder;
}
