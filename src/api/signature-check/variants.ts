import type { Parameters } from '../../call/request-parameters.ts';
import type { Signing } from '../ports.ts';

/** A request as an application server sees it. */
export interface SeenRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly parameters: Parameters;
}

/** A text that may have been signed instead, and what to do if it was. */
interface Variant {
  readonly text: string;
  readonly hint: string;
}

/** What is signed of the request: the parameters of a GET are in its URL. */
export function textOf({ url, method, parameters }: SeenRequest, signing: Signing): string {
  return signing.signedText(url, method === 'POST' ? parameters : []);
}

/** What application servers get wrong when they check a signature, each with the text that they sign then. */
export function variantsOf(request: SeenRequest, signing: Signing): readonly Variant[] {
  const { parameters } = request;
  const at = (url: string, hint: string): Variant => ({ text: textOf({ ...request, url }, signing), hint });
  const withParameters = (changed: Parameters, hint: string): Variant => ({
    text: signing.signedText(request.url, changed),
    hint,
  });
  const inOrder = parameters.map(([name, value]) => name + value).join('');
  return [
    ...urlVariants(request.url).map(({ url, hint }) => at(url, hint)),
    withParameters(
      [],
      'The body was left out: the names and values of a POST are signed too, sorted by name',
    ),
    withParameters(
      parameters,
      'The body was signed although the request is a GET, whose parameters are all in its URL',
    ),
    { text: request.url + inOrder, hint: 'The parameters are not sorted by name' },
    withParameters(
      parameters.map(([name, value]) => [name, value.replaceAll('+', ' ')] as const),
      'A + in a value was read as a blank: the signature is of the decoded values',
    ),
    withParameters(
      parameters.map(([name, value]) => [name, value.trim()] as const),
      'Blanks at the ends of values were cut off: sign them as they come',
    ),
    withParameters(
      parameters.filter(([, value]) => value !== ''),
      'Empty parameters were left out: they are signed too, with their names',
    ),
  ];
}

function urlVariants(written: string): readonly { readonly url: string; readonly hint: string }[] {
  if (!URL.canParse(written)) return [];
  const url = new URL(written);
  const { pathname, search, protocol, host, port } = url;
  const base = (scheme: string, authority: string) => `${scheme}//${authority}`;
  const slashed = pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`;
  const [other, standard] = protocol === 'https:' ? (['http:', '443'] as const) : (['https:', '80'] as const);
  return [
    {
      url: base(protocol, host) + slashed + search,
      hint: `The path ${pathname.endsWith('/') ? 'has no slash' : 'has a slash'} at its end in the URL that was signed`,
    },
    {
      url: base(other, host) + pathname + search,
      hint: `The URL that was signed begins with ${other}// — behind a proxy, use the scheme that the caller sees (X-Forwarded-Proto)`,
    },
    port === ''
      ? {
          url: base(protocol, `${host}:${standard}`) + pathname + search,
          hint: `The URL that was signed has the port :${standard}, which is left out when it is the usual one`,
        }
      : {
          url: base(protocol, url.hostname) + pathname + search,
          hint: `The URL that was signed has no port: :${port} is part of it`,
        },
    { url: base(protocol, host) + pathname, hint: 'The query was left out: it is part of the URL' },
    { url: decoded(written), hint: 'The URL was decoded before it was signed: sign it as it was sent' },
  ].filter((variant) => variant.url !== written);
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url; // it has a percent sign that encodes nothing
  }
}
