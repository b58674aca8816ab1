import type { CallbackTarget } from '../../call/callback-target.ts';
import type { HttpMethod } from '../../call/http-method.ts';

/** The callback target that an element's three attributes describe; undefined without a URL. */
export function callbackTarget<E extends string>(
  url: string | undefined,
  method: HttpMethod,
  events: readonly E[],
): CallbackTarget<E> | undefined {
  return url === undefined ? undefined : { url, method, events };
}
