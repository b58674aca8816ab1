import type { HttpMethod } from './http-method.ts';

/** Who hears of something, and of which of its events. */
export interface CallbackTarget<E extends string> {
  readonly url: string;
  readonly method: HttpMethod;
  readonly events: readonly E[];
}
