import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a form-encoded POST was signed with this AuthToken, as an application server checks it: base64 of the
 * HMAC-SHA1 over the URL and each parameter's name and value, sorted by name. It does not use Legwork's own code for
 * signing, so it would notice a mistake there; the `validateRequest` of the twilio package does the same.
 */
export function isSigned(
  authToken: string,
  signature: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(parameters).toSorted();
  const text = url + names.map((name) => `${name}${parameters[name]}`).join('');
  const expected = createHmac('sha1', authToken).update(text, 'utf8').digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
