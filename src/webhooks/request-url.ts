import type { Parameters } from '../call/request-parameters.ts';

/** The body of a POST: `application/x-www-form-urlencoded` in UTF-8. */
export function formBody(parameters: Parameters): string {
  return new URLSearchParams(copy(parameters)).toString();
}

/**
 * Appends parameters to the URL's query, which keeps its own order and spelling. With `skipPresent`, pairs that are
 * there already are not repeated: a redirect often carries the query on.
 */
export function withQuery(url: URL, parameters: Parameters, skipPresent: boolean): URL {
  const missing = parameters.filter(([name, value]) => !(skipPresent && url.searchParams.has(name, value)));
  const next = new URL(url);
  if (missing.length === 0) return next;
  // %20 and not +: every server reads it alike, whether it takes the query for a form or not.
  const added = formBody(missing).replaceAll('+', '%20');
  const joint = url.search === '' || url.search.endsWith('&') ? '' : '&';
  next.search = `${url.search}${joint}${added}`;
  return next;
}

/** The URL as it is sent and signed: without user, password and fragment. */
export function bare(url: URL): URL {
  const next = new URL(url);
  next.username = '';
  next.password = '';
  next.hash = '';
  return next;
}

/** The Authorization header for user and password in a URL, undefined when there are none. */
export function basicAuthorization(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const pair = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** Where a redirect leads: user and password stay with their origin only. Undefined: nowhere. */
export function redirected(from: URL, location: string | undefined): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  if (to.origin === from.origin && to.username === '' && to.password === '') {
    to.username = from.username;
    to.password = from.password;
  }
  return to;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % stands for itself
  }
}

function copy(parameters: Parameters): [string, string][] {
  return parameters.map(([name, value]) => [name, value]);
}
