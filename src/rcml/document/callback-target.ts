import type { CallbackTarget } from '../../call/callback-target.ts';
import type { HttpMethod } from '../../call/http-method.ts';

/** Who hears of which events, from an element's three attributes; undefined where it names no URL. */
export function callbackTarget<E extends string>(
  url: string | undefined,
  method: HttpMethod,
  events: readonly E[],
): CallbackTarget<E> | undefined {
  return url === undefined ? undefined : { url, method, events };
}
