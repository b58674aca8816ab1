/** All of them lead to the same resources; `/2010-04-01`, the path of Twilio's client libraries, is always JSON. */
const PREFIXES = ['/api/2012-04-24', '/restcomm/2012-04-24', '/2012-04-24', '/2010-04-01'] as const;

const FORMAT = /\.(json|xml)(?=\/|$)/g;

export type Prefix = (typeof PREFIXES)[number];

/** How a request addressed the API: the reply has the same format, and its links begin with the same prefix. */
export interface Place {
  readonly prefix: Prefix;
  readonly format: 'json' | 'xml';
}

/**
 * Takes a request's path apart; undefined when it does not belong to the API. `path` is without the prefix and without
 * `.json` or `.xml`, which may follow any segment (Restcomm's clients write `/Accounts/{sid}/Calls.json/{sid}`).
 */
export function placeOf(
  fullPath: string,
  acceptsJson: boolean,
): { readonly place: Place; readonly path: string } | undefined {
  const prefix = PREFIXES.find((one) => fullPath === one || fullPath.startsWith(`${one}/`));
  if (prefix === undefined) return undefined;
  const asked = fullPath.slice(prefix.length);
  const named = [...asked.matchAll(FORMAT)].at(-1)?.[1];
  const path = asked.replace(FORMAT, '');
  const json = prefix === '/2010-04-01' || (named === undefined ? acceptsJson : named === 'json');
  return { place: { prefix, format: json ? 'json' : 'xml' }, path: path === '' ? '/' : path };
}

/** A resource's address, relative to the host; `segments` are those after the account's SID. */
export function uriOf(place: Place, accountSid: string, ...segments: readonly string[]): string {
  const path = [place.prefix, 'Accounts', accountSid, ...segments].join('/');
  return place.format === 'json' ? `${path}.json` : path;
}

/** The address of the list of accounts. */
export function accountsUriOf({ prefix, format }: Place): string {
  return format === 'json' ? `${prefix}/Accounts.json` : `${prefix}/Accounts`;
}
