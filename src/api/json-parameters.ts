import type { Parameters } from '../call/request-parameters.ts';
import { API_ERRORS, badRequest } from './errors.ts';

/** The parameters of a request as the field `name` has them: a JSON object of texts and lists of texts. @throws ApiError 400 */
export function jsonParameters(name: string, json: string | undefined): Parameters {
  if (json === undefined) return [];
  const refuse = () =>
    badRequest(API_ERRORS.badRequest, `${name} must be a JSON object of texts and lists of texts`);
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    throw refuse();
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw refuse();
  return Object.entries(given).flatMap(([parameter, value]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value as unknown]).map((one) => {
      if (!['string', 'number', 'boolean'].includes(typeof one)) throw refuse();
      return [parameter, String(one)] as const;
    }),
  );
}
