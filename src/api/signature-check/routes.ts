import { z } from 'zod';
import type { AccountRecord } from '../../records/repositories.ts';
import { API_ERRORS } from '../errors.ts';
import { jsonParameters } from '../json-parameters.ts';
import { httpMethod, httpUrl, label, optional, required } from '../parameters.ts';
import type { Signing } from '../ports.ts';
import { resource, type Shown, shows } from '../reply.ts';
import { text } from '../reply-parts.ts';
import { defineRoute, type Route } from '../route.ts';
import { type SeenRequest, textOf, variantsOf } from './variants.ts';

const SIGNATURE_CHECK = resource('SignatureCheck', {
  expected: text,
  signed_string: text,
  matches: z.boolean(),
  hints: z.array(text),
});

/** `POST P/SignatureCheck`. */
const signatureCheckSchema = z.object({
  Url: required(API_ERRORS.badRequest, httpUrl(API_ERRORS.badRequest)),
  Method: optional(httpMethod()),
  Params: optional(z.string().meta({ description: 'the parameters of the body, a JSON object' })),
  Signature: required(API_ERRORS.badRequest, label(255)),
});

/** `P/SignatureCheck`: why a signature does not fit the request with which it came. */
export function signatureCheckRoutes(signing: Signing): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/SignatureCheck',
      authTokenOnly: true,
      summary: 'Says whether a signature fits a request, and what is different when it does not',
      query: 'ignored',
      form: signatureCheckSchema,
      reply: shows(SIGNATURE_CHECK),
      handle: async ({ account, form }) => {
        const { Url: url, Method: method = 'POST', Params, Signature } = form;
        const request = { url, method, parameters: jsonParameters('Params', Params) };
        return { shown: check(account, request, Signature.trim(), signing) };
      },
    }),
  ];
}

function check(
  account: AccountRecord,
  request: SeenRequest,
  signature: string,
  signing: Signing,
): Shown<typeof SIGNATURE_CHECK> {
  const signed = textOf(request, signing);
  const expected = signing.signText(account.authToken, signed);
  const matches = signature === expected;
  return {
    expected,
    signed_string: signed,
    matches,
    hints: matches ? [] : hintsFor(account, request, signature, signing),
  };
}

function hintsFor(
  { authToken, previousToken }: AccountRecord,
  request: SeenRequest,
  signature: string,
  signing: Signing,
): readonly string[] {
  const signed = textOf(request, signing);
  const isOf = (token: string, text: string) => signing.signText(token, text) === signature;
  if (previousToken !== undefined && isOf(previousToken.token, signed)) {
    return ['It was made with the AuthToken before the last rotation: requests are signed with the new one'];
  }
  const isBase64Url =
    signature.replaceAll('-', '+').replaceAll('_', '/') === signing.signText(authToken, signed);
  if (isBase64Url) return ['It is in base64url: a signature is plain base64, with + and /'];
  const found = variantsOf(request, signing).filter(({ text }) => isOf(authToken, text));
  if (found.length > 0) return found.map(({ hint }) => hint);
  const looksRight = /^[A-Za-z0-9+/]{27}=$/.test(signature);
  return [
    looksRight
      ? 'None of the usual differences explains it: another AuthToken (of another account?), or other parameters'
      : 'A signature is base64 of 20 bytes: 27 characters and =',
  ];
}
