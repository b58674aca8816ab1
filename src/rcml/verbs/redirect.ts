import type { HttpMethod } from '../../call/http-method.ts';
import { method, readAttributes, resolveUrl } from '../document/attributes.ts';
import { childElements, textOf } from '../document/parse-context.ts';
import { defineVerb } from '../document/verb.ts';

/** `<Redirect>`: goes on with another document. */
export interface RedirectVerb {
  readonly url: string;
  readonly method: HttpMethod;
}

export const redirect = defineVerb<RedirectVerb>({
  name: 'Redirect',
  parse(element, context) {
    const attributes = readAttributes(element, { method }, context);
    childElements(element, [], context);
    const url = resolveUrl(textOf(element), context.baseUrl);
    if (url !== undefined) return { url, ...attributes };
    context.warn(element, 'has no http or https URL; it is skipped');
    return undefined;
  },
  answers: () => false,
  precedesReject: true,
  allowedIn: ['screening', 'wait', 'queue', 'whisper'],
  textIsUrl: true,
  endsDocument: () => 'goes on with another document',
  lint: ({ url }) => ({ leadsTo: url }),
  run: ({ url, method: by }) =>
    Promise.resolve({ kind: 'fetch', request: { url, method: by, extraParameters: [], reason: 'redirect' } }),
});
