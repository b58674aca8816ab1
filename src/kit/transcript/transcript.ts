import { parameterOf, type SeenRequest } from '../world/seen-request.ts';
import { Names, type NamingOptions } from './names.ts';

/** What the application server was asked and told in one call, in a form that is the same for every such call. */
export interface Transcript {
  readonly text: string;
  /** For each line of the text: the request that it belongs to. */
  readonly requestOf: readonly (SeenRequest | undefined)[];
}

export interface TranscriptOptions extends NamingOptions {
  /** URLs of this server are written without it: `http://127.0.0.1:3000`. */
  readonly server: string;
}

interface Line {
  readonly text: string;
  readonly request?: SeenRequest;
}

/**
 * Writes the requests down. Documents are promised in the order of their leg, callbacks in that of their leg and URL,
 * and nothing beyond that, so each of these has a list of its own.
 */
export function transcriptOf(requests: readonly SeenRequest[], options: TranscriptOptions): Transcript {
  const once = withoutRepeats(requests);
  const names = new Names(once, options);
  const lists = new Map<string, SeenRequest[]>();
  for (const request of once) {
    const title = titleOf(request, names, options.server);
    lists.set(title, [...(lists.get(title) ?? []), request]);
  }
  const lines = [...lists]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([title, list], index): readonly Line[] => [
      ...(index === 0 ? [] : [{ text: '' }]),
      { text: title },
      ...list.flatMap((request) => linesOf(request, names, options.server)),
    ]);
  return {
    text: lines.map(({ text }) => `${text}\n`).join(''),
    requestOf: lines.map(({ request }) => request),
  };
}

/** A repeat has the token of the first attempt; how often one was necessary is not what the call is about. */
function withoutRepeats(requests: readonly SeenRequest[]): readonly SeenRequest[] {
  const tokens = new Set<string>();
  return requests.filter(({ token }) => {
    const isNew = !tokens.has(token);
    tokens.add(token);
    return isNew;
  });
}

/** Sorted: the documents of a leg before its callbacks. */
function titleOf(request: SeenRequest, names: Names, server: string): string {
  const conference = parameterOf(request, 'ConferenceSid');
  const leg = `Leg ${names.leg(parameterOf(request, 'CallSid') ?? '')}`;
  if (request.kind === 'document') return leg;
  const whose = conference === undefined ? leg : names.shown('ConferenceSid', conference);
  return `${whose}: callbacks to ${shortUrl(request.url, server)}`;
}

function linesOf(request: SeenRequest, names: Names, server: string): readonly Line[] {
  const { method, url, parameters } = request;
  return [
    { text: `  ${method} ${shortUrl(url, server)}`, request },
    ...parameters.map(([name, value]) => {
      const shown = names.shown(name, shortUrl(value, server));
      return { text: `    ${name}=${shown}`, request };
    }),
  ];
}

/** A URL of the application server without its origin. */
export function shortUrl(url: string, server: string): string {
  return url.startsWith(`${server}/`) ? url.slice(server.length) : url;
}
