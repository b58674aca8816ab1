import { createHmac } from 'node:crypto';
import type { Parameters } from '../call/request-parameters.ts';

/**
 * The value of X-Twilio-Signature: base64 of HMAC-SHA1 with the account's AuthToken over the URL and the POST
 * parameters. `url` is serialized, without user, password and fragment; of a GET it carries all parameters
 * and `postParameters` is empty. Source: Twilio, "Validating requests are coming from Twilio".
 */
export function sign(authToken: string, url: string, postParameters: Parameters): string {
  return signText(authToken, signedText(url, postParameters));
}

/** What is signed of a request. */
export function signedText(url: string, postParameters: Parameters): string {
  return url + sortedNamesAndValues(postParameters);
}

export function signText(authToken: string, text: string): string {
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

/** Repeated names: each different value once, sorted, as Twilio's own validators rebuild it. */
function sortedNamesAndValues(parameters: Parameters): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of parameters) {
    const known = values.get(name);
    if (known === undefined) values.set(name, new Set([value]));
    else known.add(value);
  }
  let text = '';
  // The default sort compares code units, as the specification asks.
  for (const name of [...values.keys()].sort()) {
    for (const value of [...(values.get(name) ?? [])].sort()) text += name + value;
  }
  return text;
}
