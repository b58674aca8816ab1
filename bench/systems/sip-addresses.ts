import { pickFreePort } from '../../src/bundled-asterisk/ports.ts';
import type { Place } from './places.ts';
import type { System } from './system.ts';

/** Free ports at a system's own addresses. */
export async function sipAddressesOf(place: Place): Promise<Pick<System, 'caller' | 'callee'>> {
  return {
    caller: { host: place.callerHost, port: await pickFreePort(place.callerHost) },
    callee: { host: place.calleeHost, port: await pickFreePort(place.calleeHost) },
  };
}
