import { API_ERRORS, ApiError } from './errors.ts';
import type { RoutedRequest } from './route.ts';

/**
 * Only an account above may change what limits an account, and the installation's own account what limits itself: a
 * limit that its owner could lift would be none. @throws ApiError 403
 */
export function requireAbove({ account, asking }: Pick<RoutedRequest, 'account' | 'asking'>): void {
  if (account.parentSid === undefined || account.sid !== asking.sid) return;
  const message = `Only an account above ${account.sid} can change this: ask with its AccountSid and AuthToken`;
  throw new ApiError(403, API_ERRORS.accessDenied, message);
}
