import type { RequestTarget } from '../../call/callback-target.ts';
import type { HttpMethod } from '../../call/http-method.ts';

/** Where requests go, from two parameters of a form; undefined without a URL. */
export function requestTarget(
  url: string | undefined,
  method: HttpMethod | undefined = 'POST',
): RequestTarget | undefined {
  return url === undefined ? undefined : { url, method };
}
