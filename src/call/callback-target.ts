import type { HttpMethod } from './http-method.ts';

/** Where a request goes. */
export interface RequestTarget {
  readonly url: string;
  readonly method: HttpMethod;
}

/** Where the callbacks about something go, and for which of its events. */
export interface CallbackTarget<E extends string> extends RequestTarget {
  readonly events: readonly E[];
}
