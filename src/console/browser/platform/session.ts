import { ApiFailure, ask } from './api.ts';

const SESSION = '/console/session';

/** Who has signed in. */
export interface Session {
  readonly sid: string;
  readonly account_sid: string;
  readonly friendly_name: string;
  /** `read`: nothing may be changed. */
  readonly access: 'read' | 'write';
  readonly version: string;
  /** Whether browsers can be phones. */
  readonly web_phones: boolean;
}

/** The session of this browser; undefined when nobody has signed in. */
export async function currentSession(): Promise<Session | undefined> {
  return ask<Session>('GET', SESSION, {}).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.status === 401) return undefined;
    throw error;
  });
}

/** @throws ApiFailure when account and token do not belong together */
export async function signIn(account: string, token: string, readOnly: boolean): Promise<Session> {
  const form = { AccountSid: account, AuthToken: token, ...(readOnly ? { Access: 'read' } : {}) };
  return ask<Session>('POST', SESSION, { form });
}

export async function signOut(): Promise<void> {
  await ask<void>('DELETE', SESSION, {});
}
