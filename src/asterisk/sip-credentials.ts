import type { SipCredentials } from '../call/ports.ts';
import { isGoing } from './ari-error.ts';
import { credentialObjects } from './endpoint-objects.ts';
import type { LegContext } from './leg-context.ts';

/** Without a name that anybody could guess: endpoints are also found by the user part of From. */
export function newCredentialsId(): string {
  return `out-${crypto.randomUUID()}`;
}

/** Makes the endpoint that answers a challenge with these. False: Asterisk did not take it (logged without them). */
export async function pushCredentials(
  context: LegContext,
  id: string,
  credentials: SipCredentials,
): Promise<boolean> {
  try {
    for (const { type, attributes } of credentialObjects(id, credentials, context.media ?? {})) {
      await context.ari.run('asterisk', 'updateObject', {
        configClass: 'res_pjsip',
        objectType: type,
        id,
        fields: Object.entries(attributes).map(([attribute, value]) => ({ attribute, value })),
      });
    }
    return true;
  } catch (error) {
    context.log.warn(
      { endpoint: id, reason: String(error) },
      'Asterisk did not take the credentials of a call',
    );
    await removeCredentials(context, id);
    return false;
  }
}

/** What a crash leaves goes with the next comparison of accounts (provisioning.ts). */
export async function removeCredentials({ ari, log }: LegContext, id: string): Promise<void> {
  for (const objectType of ['endpoint', 'auth'] as const) {
    try {
      await ari.run('asterisk', 'deleteObject', { configClass: 'res_pjsip', objectType, id });
    } catch (error) {
      if (!isGoing(error))
        log.warn({ endpoint: id, reason: String(error) }, 'Asterisk keeps the credentials of a call');
    }
  }
}
