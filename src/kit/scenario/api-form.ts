import type { Form } from '../../api/form.ts';
import type { Parameters } from '../../call/request-parameters.ts';

/** Names of REST parameters whose values are URLs of the application server. */
const URLS = ['Url', 'FallbackUrl', 'StatusCallback', 'RecordingStatusCallback'];
const DOCUMENTS = ['Url', 'Twiml', 'Rcml', 'ApplicationSid'];

/** Parameters as a form of the REST API. */
export function formOf(parameters: Parameters): Form {
  const form = new Map<string, string[]>();
  for (const [name, value] of parameters) form.set(name, [...(form.get(name) ?? []), value]);
  return form;
}

/** The same with whole URLs. */
export function withWholeUrls(parameters: Parameters, server: string): Parameters {
  return parameters.map(([name, value]) => [name, URLS.includes(name) ? wholeUrl(value, server) : value]);
}

/** The parameters of a REST call with whole URLs, and with those that a scenario need not write. */
export function withDefaults(parameters: Parameters, server: string, url: string): Parameters {
  const has = (names: readonly string[]) => parameters.some(([name]) => names.includes(name));
  return [
    ...(has(['From']) ? [] : [['From', '+15550001'] as const]),
    ...withWholeUrls(parameters, server),
    ...(has(DOCUMENTS) ? [] : [['Url', wholeUrl(url, server)] as const]),
  ];
}

/** A URL that may be relative to the application server; what is no URL stays as it is, and is refused later. */
export function wholeUrl(url: string, server: string): string {
  return URL.canParse(url, server) ? new URL(url, server).href : url;
}
