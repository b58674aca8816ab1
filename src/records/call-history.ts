import type { RequestTiming } from '../call/documents.ts';
import type { NotificationRecord } from '../call/journal-store.ts';
import type { HttpMethod } from '../call/http-method.ts';
import type { Page, PageRequest } from './page.ts';
import type { Parameters } from '../call/request-parameters.ts';

/** One line of a call's timeline, as read back. */
export interface CallEventRecord {
  readonly id: number;
  readonly callSid: string;
  readonly at: number;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stored callback, with its attempts. */
export interface CallbackRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  readonly state: 'pending' | 'delivered' | 'failed';
  /** Why it was given up. */
  readonly failure?: string;
  readonly createdAt: number;
  readonly settledAt?: number;
  readonly attempts: readonly {
    readonly at: number;
    readonly durationMs: number;
    readonly status?: number;
    readonly error?: string;
    readonly responseHead?: string;
    readonly timing?: RequestTiming;
  }[];
}

export interface CallbackFilter {
  readonly callSid?: string;
  readonly state?: CallbackRecord['state'];
  readonly url?: string;
  /** Written then or later; milliseconds since the epoch. */
  readonly since?: number;
}

/** Where callbacks go, and how that went lately. Times are milliseconds since the epoch. */
export interface CallbackDestination {
  /** Host and path, with `*` for identifiers. */
  readonly destination: string;
  readonly pending: number;
  readonly oldestAt?: number;
  /** When the next one is sent; undefined when that is not known. */
  readonly nextAt?: number;
  /** Milliseconds of each attempt. */
  readonly durations: readonly number[];
  /** Attempts that were not accepted. */
  readonly failures: number;
  readonly lastError?: { readonly at: number; readonly text: string };
}

/** Stored callbacks, for people to read and to send again. */
export interface CallbackRepository {
  find(accountSid: string, sid: string): Promise<CallbackRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: CallbackFilter): Promise<Page<CallbackRecord>>;
  /**
   * Makes it pending and due now, with all its retries ahead of it; earlier attempts stay readable. False when
   * there is no such callback.
   * @throws StoreUnavailableError
   */
  replay(accountSid: string, sid: string): Promise<boolean>;
  /** The SIDs of what the filter finds, the oldest first. */
  matching(accountSid: string, filter: CallbackFilter, most: number): Promise<readonly string[]>;
  /** Where callbacks went since then, or wait to go; most pending first. */
  destinations(accountSid: string, since: number): Promise<readonly CallbackDestination[]>;
}

export interface NotificationFilter {
  readonly callSid?: string;
  readonly level?: NotificationRecord['level'];
  readonly errorCode?: number;
  readonly from?: number;
  readonly before?: number;
}

export interface NotificationRepository {
  find(accountSid: string, sid: string): Promise<NotificationRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: NotificationFilter): Promise<Page<NotificationRecord>>;
}

export interface TimelineRepository {
  /** The leg and all legs below it. */
  familyOf(callSid: string): Promise<readonly string[]>;
  /** Of the leg and all legs below it, in the order in which they happened. */
  eventsOf(callSid: string): Promise<readonly CallEventRecord[]>;
  callbacksOf(callSid: string): Promise<readonly CallbackRecord[]>;
}
