import type { SipCredentials } from '../../call/call-control.ts';
import { isGoing } from '../ari/ari-error.ts';
import { oneCallObjects, viaOf } from '../sip-accounts/endpoint-objects.ts';
import { type SipObject } from '../sip-accounts/sip-object.ts';
import type { LegContext } from './leg-context.ts';

/** What making and removing such an endpoint needs. */
type EndpointContext = Pick<LegContext, 'ari' | 'log' | 'media'>;

/** What only this one call may use. */
export interface OneCall {
  /** Used to answer a challenge. */
  readonly credentials?: SipCredentials;
  /** Where the call goes, whatever its host name resolves to. */
  readonly via?: string;
}

/** An id that nobody can guess, because endpoints are also found by the user part of From. */
export function newEndpointId(): string {
  return `out-${crypto.randomUUID()}`;
}

/** Makes the endpoint of one call. False: Asterisk refused it (logged without the credentials). */
export async function pushEndpoint(context: EndpointContext, id: string, call: OneCall): Promise<boolean> {
  try {
    for (const object of oneCallObjects(id, call, context.media ?? {})) await put(context, object);
    return true;
  } catch (error) {
    context.log.warn({ endpoint: id, reason: String(error) }, 'Asterisk refused the endpoint of a call');
    await removeEndpoint(context, id);
    return false;
  }
}

/** Sends a trunk's calls there until another call sets another way. False: Asterisk refused it. */
export async function leadTrunk(context: EndpointContext, trunkSid: string, via: string): Promise<boolean> {
  try {
    await put(context, { type: 'endpoint', id: trunkSid, attributes: viaOf(via) });
    return true;
  } catch (error) {
    context.log.warn({ endpoint: trunkSid, reason: String(error) }, 'Asterisk refused the way of a trunk');
    return false;
  }
}

/** Removes the endpoint of one call. Those that a crash leaves behind are removed by `syncAll` (sip-accounts.ts). */
export async function removeEndpoint({ ari, log }: EndpointContext, id: string): Promise<void> {
  for (const objectType of ['endpoint', 'auth'] as const) {
    try {
      await ari.run('asterisk', 'deleteObject', { configClass: 'res_pjsip', objectType, id });
    } catch (error) {
      if (!isGoing(error))
        log.warn({ endpoint: id, reason: String(error) }, 'Asterisk keeps the endpoint of a call');
    }
  }
}

async function put({ ari }: EndpointContext, { type, id, attributes }: SipObject): Promise<void> {
  await ari.run('asterisk', 'updateObject', {
    configClass: 'res_pjsip',
    objectType: type,
    id,
    fields: Object.entries(attributes).map(([attribute, value]) => ({ attribute, value })),
  });
}
