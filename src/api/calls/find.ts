import type { CallRecord, CallRepository } from '../../records/repositories.ts';
import { notFound } from '../errors.ts';
import { type RoutedRequest, sidOf } from '../route.ts';

/** The call that a path names. @throws ApiError 404 */
export async function findCall(
  calls: CallRepository,
  request: RoutedRequest,
  variable?: string,
): Promise<CallRecord> {
  const sid = sidOf(request, 'CA', variable);
  const record = await calls.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Call ${sid}`);
  return record;
}
