import type { HttpMethod } from '../../call/http-method.ts';
import type { Parameters } from '../../call/request-parameters.ts';

/** A request that the application server got of a call: for a document, or a callback. */
export interface SeenRequest {
  /** A callback's reply does not matter. */
  readonly kind: 'document' | 'callback';
  readonly method: HttpMethod;
  /** Without user and password; of a GET without its query. */
  readonly url: string;
  /** Of a GET all of the query. */
  readonly parameters: Parameters;
  /** The same for every repeat of one request. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The verb that it comes from, with its place, when that is known. */
  readonly cause?: string;
}

/** The sids of callbacks are their tokens. */
export function kindOfToken(token: string): SeenRequest['kind'] {
  return /^CB[0-9a-f]{32}$/.test(token) ? 'callback' : 'document';
}

/** A value of the request; undefined when it has none of this name. */
export function parameterOf(
  { parameters }: Pick<SeenRequest, 'parameters'>,
  name: string,
): string | undefined {
  return parameters.find(([each]) => each === name)?.[1];
}

/** A request in the form of `SeenRequest`: user and password are left out, and the query of a GET is parameters. */
export function seen(
  method: HttpMethod,
  written: string,
  parameters: Parameters,
): Pick<SeenRequest, 'method' | 'url' | 'parameters'> {
  if (!URL.canParse(written)) return { method, url: written, parameters };
  const url = new URL(written);
  url.username = '';
  url.password = '';
  url.hash = '';
  if (method === 'POST') return { method, url: url.href, parameters };
  const own = [...url.searchParams];
  url.search = '';
  return { method, url: url.href, parameters: [...own, ...parameters] };
}
