import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import { API_ERRORS, badRequest } from '../errors.ts';

/**
 * The application that a parameter names, which must belong to the account; undefined when it names none.
 * @throws ApiError
 */
export async function applicationExists(
  applications: Pick<Repository<ApplicationRecord>, 'find'>,
  accountSid: string,
  parameter: string,
  sid: string | null | undefined,
): Promise<ApplicationRecord | undefined> {
  if (sid === undefined || sid === null) return undefined;
  const application = await applications.find(accountSid, sid);
  if (application === undefined) {
    throw badRequest(API_ERRORS.applicationSid, `${parameter} must name an application of this account`);
  }
  return application;
}
