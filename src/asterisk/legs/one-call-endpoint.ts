import type { SipCredentials } from '../../call/call-control.ts';
import { isGoing } from '../ari/ari-error.ts';
import { oneCallObjects, viaOf } from '../sip-accounts/endpoint-objects.ts';
import { type SipObject } from '../sip-accounts/sip-object.ts';
import type { LegContext } from './leg-context.ts';

/** What one call needs that no other may use. */
export interface OneCall {
  /** What answers a challenge. */
  readonly credentials?: SipCredentials;
  /** Where it goes, whatever its host's name says. */
  readonly via?: string;
}

/** Without a name that anybody could guess: endpoints are also found by the user part of From. */
export function newEndpointId(): string {
  return `out-${crypto.randomUUID()}`;
}

/** Makes the endpoint of one call. False: Asterisk did not take it (logged without its credentials). */
export async function pushEndpoint(context: LegContext, id: string, call: OneCall): Promise<boolean> {
  try {
    for (const object of oneCallObjects(id, call, context.media ?? {})) await put(context, object);
    return true;
  } catch (error) {
    context.log.warn({ endpoint: id, reason: String(error) }, 'Asterisk did not take the endpoint of a call');
    await removeEndpoint(context, id);
    return false;
  }
}

/** Lets a trunk's calls go there, until another call says something else. False: Asterisk did not take it. */
export async function leadTrunk(context: LegContext, trunkSid: string, via: string): Promise<boolean> {
  try {
    await put(context, { type: 'endpoint', id: trunkSid, attributes: viaOf(via) });
    return true;
  } catch (error) {
    context.log.warn(
      { endpoint: trunkSid, reason: String(error) },
      'Asterisk did not take the way of a trunk',
    );
    return false;
  }
}

/** What a crash leaves goes with the next comparison of accounts (sip-accounts.ts). */
export async function removeEndpoint({ ari, log }: LegContext, id: string): Promise<void> {
  for (const objectType of ['endpoint', 'auth'] as const) {
    try {
      await ari.run('asterisk', 'deleteObject', { configClass: 'res_pjsip', objectType, id });
    } catch (error) {
      if (!isGoing(error))
        log.warn({ endpoint: id, reason: String(error) }, 'Asterisk keeps the endpoint of a call');
    }
  }
}

async function put({ ari }: LegContext, { type, id, attributes }: SipObject): Promise<void> {
  await ari.run('asterisk', 'updateObject', {
    configClass: 'res_pjsip',
    objectType: type,
    id,
    fields: Object.entries(attributes).map(([attribute, value]) => ({ attribute, value })),
  });
}
