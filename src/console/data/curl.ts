/** A request to REST, as a program would make it. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With the host. */
  readonly url: string;
  readonly form?: Readonly<Record<string, string>>;
}

/** The curl line for a request to REST. The token is not in it: it comes from the shell's own variables. */
export function restCurl({ method, url, form = {} }: RestRequest): string {
  const options = Object.entries(form).map(
    ([name, value]) => ` \\\n  --data-urlencode ${quoted(`${name}=${value}`)}`,
  );
  const isDefault = method === 'GET' || (method === 'POST' && options.length > 0);
  const by = isDefault ? '' : ` -X ${method}`;
  return `curl -u "$ACCOUNT_SID:$AUTH_TOKEN"${by} ${quoted(url)}${options.join('')}`;
}

/** Parameters of a request to an application server; a repeated name has a list. */
export type ShownParameters = Readonly<Record<string, unknown>>;

/** The curl line that asks an application server the same as Legwork did, without the signature. */
export function requestCurl(method: string, url: string, parameters: ShownParameters): string {
  const pairs = pairsOf(parameters);
  if (method === 'GET') return `curl ${quoted(url)}`;
  const options = pairs.map(([name, value]) => ` \\\n  --data-urlencode ${quoted(`${name}=${value}`)}`);
  return `curl${method === 'POST' ? '' : ` -X ${method}`} ${quoted(url)}${options.join('')}`;
}

/** Each parameter with each of its values. */
export function pairsOf(parameters: ShownParameters): readonly (readonly [string, string])[] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, textOf(one)] as const),
  );
}

/**
 * The text that X-Twilio-Signature is made of: the URL, and of a POST each name with its value, sorted by name. Values
 * that are masked stand here as they are shown, so a signature over this text holds only when there are none.
 */
export function signedText(method: string, url: string, parameters: ShownParameters): string {
  if (method !== 'POST') return url;
  const values = new Map<string, Set<string>>();
  for (const [name, value] of pairsOf(parameters))
    values.set(name, (values.get(name) ?? new Set()).add(value));
  const sorted = [...values].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return (
    url +
    sorted
      .map(([name, all]) =>
        [...all]
          .toSorted()
          .map((value) => name + value)
          .join(''),
      )
      .join('')
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** One word for a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
