import type { HttpMethod } from './http-method.ts';

/** Where the callbacks about something go, and for which of its events. */
export interface CallbackTarget<E extends string> {
  readonly url: string;
  readonly method: HttpMethod;
  readonly events: readonly E[];
}
