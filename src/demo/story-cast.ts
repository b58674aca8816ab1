import { randomBytes, randomInt } from 'node:crypto';
import { systemClock } from '../clock.ts';
import type { Cleanups } from './cleanups.ts';
import type { Connection } from './connection.ts';
import { Phone, SipFailure } from '../phone/phone.ts';
import type { Rest } from './rest.ts';
import type { StoryNames } from './story-request.ts';

/** The phones of the story, registered. */
export interface Cast {
  readonly alice: Phone;
  readonly bob: Phone;
  readonly carol: Phone;
}

/** A new client can register within a second; a busy machine takes a little longer. */
const REGISTER_WITHIN_MS = 3_000;
const REGISTER_AGAIN_MS = 200;
const SUFFIX = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Names that nobody else has, on an installation that may be in use. */
export function chooseNames(): StoryNames {
  const suffix = Array.from({ length: 4 }, () => SUFFIX[randomInt(SUFFIX.length)]).join('');
  return {
    alice: `demo-alice-${suffix}`,
    bob: `demo-bob-${suffix}`,
    carol: `demo-carol-${suffix}`,
    number: `7${randomInt(1_000_000, 10_000_000)}`,
  };
}

/** Creates the number that alice calls, with the application server behind it. */
export async function createNumber(
  rest: Rest,
  names: StoryNames,
  url: (path: string) => string,
  cleanups: Cleanups,
): Promise<void> {
  await createResource(rest, cleanups, 'IncomingPhoneNumbers', {
    PhoneNumber: names.number,
    FriendlyName: 'npm run demo',
    VoiceUrl: url('/voice'),
    StatusCallback: url('/number-status'),
  });
}

/** Creates a client for each of the three, and registers a phone with it. */
export async function hireCast(
  rest: Rest,
  { sip }: Connection,
  names: StoryNames,
  cleanups: Cleanups,
): Promise<Cast> {
  const hire = async (name: string): Promise<Phone> => {
    const password = randomBytes(12).toString('base64url');
    await createResource(rest, cleanups, 'Clients', { Login: name, Password: password });
    const phone = await Phone.start({ name, password, server: sip, waitMs: 15_000 });
    cleanups.add(() => phone.stop());
    await register(phone);
    return phone;
  };
  // One after the other, so that a failure has a name and nothing of the others is still under way.
  const alice = await hire(names.alice);
  const bob = await hire(names.bob);
  const carol = await hire(names.carol);
  return { alice, bob, carol };
}

async function createResource(
  rest: Rest,
  cleanups: Cleanups,
  collection: string,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const created = rest.create(collection, parameters);
  cleanups.add(async () => {
    const resource = await created.catch(() => undefined);
    if (resource !== undefined) await rest.remove(collection, resource.sid);
  });
  await created;
}

async function register(phone: Phone): Promise<void> {
  const giveUpAt = systemClock.now() + REGISTER_WITHIN_MS;
  for (;;) {
    try {
      return await phone.register();
    } catch (error) {
      if (!(error instanceof SipFailure) || systemClock.now() > giveUpAt) throw error;
      await systemClock.sleep(REGISTER_AGAIN_MS);
    }
  }
}
