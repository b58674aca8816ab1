import { createHash } from 'node:crypto';
import { webEndpointOf } from '../../call/routing/sip-names.ts';
import { AriError, isGoing } from '../ari/ari-error.ts';
import { fields, readList, readVariable, text } from '../ari/ari-objects.ts';
import type { AriConnection } from '../ari/connection.ts';
import { type Contact, contactsOf } from '../legs/dial-strings.ts';

export interface ClientPhones {
  /** The phones to ring. */
  readonly phones: readonly Contact[];
  /** How many contacts Asterisk considers reachable. */
  readonly registered: number;
}

/** What Asterisk keeps from one REGISTER. */
interface Registered {
  /** What the phone is known by: two registrations with one of these in common are the same phone. */
  readonly names: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** Whose phones are asked for: a client by its login, and whether it may have browser phones. */
export interface PhonesOf {
  readonly login: string;
  readonly web: boolean;
}

/** Where a client can be reached, which Asterisk tells only on a channel. Rejects with AriError. */
export async function readPhones(
  ari: AriConnection,
  channelId: string,
  { login, web }: PhonesOf,
): Promise<ClientPhones> {
  const [desk, browsers] = await Promise.all([
    phonesAt(ari, channelId, login),
    web ? phonesAt(ari, channelId, webEndpointOf(login)).catch(noneIfRefused) : NO_PHONES,
  ]);
  return {
    phones: [...desk.phones, ...browsers.phones],
    registered: desk.registered + browsers.registered,
  };
}

const NO_PHONES: ClientPhones = { phones: [], registered: 0 };

/** The endpoint of browser phones may not be there yet. */
function noneIfRefused(error: unknown): ClientPhones {
  if (error instanceof AriError && error.status > 0) return NO_PHONES;
  throw error;
}

async function phonesAt(ari: AriConnection, channelId: string, endpoint: string): Promise<ClientPhones> {
  const variable = `PJSIP_DIAL_CONTACTS(${endpoint})`;
  const answer = await ari.run('channels', 'getChannelVar', { channelId, variable });
  const contacts = contactsOf(endpoint, readVariable(answer) ?? '');
  return { phones: await withoutFormerSelves(ari, endpoint, contacts), registered: contacts.length };
}

/**
 * Leaves out what a phone registered before its address changed. When a NAT gave it another port, Asterisk keeps both
 * addresses, and both may reach it. It is the same phone if it sends the same Contact (Asterisk overwrites the host in
 * it, but keeps the original), or the same Call-ID, which it does until it is restarted.
 */
async function withoutFormerSelves(
  ari: AriConnection,
  endpoint: string,
  contacts: readonly Contact[],
): Promise<readonly Contact[]> {
  if (contacts.length < 2) return contacts;
  const aors = await readAors(ari, endpoint);
  const registered = await Promise.all(contacts.map((contact) => readRegistered(ari, aors, contact)));
  return contacts.filter((_contact, index) => {
    const one = registered[index];
    return !registered.some((other) => one !== undefined && other !== undefined && replaces(other, one));
  });
}

function replaces(later: Registered, former: Registered): boolean {
  // Several contacts of one REGISTER expire together: none of them replaces another.
  return later.expiresAt > former.expiresAt && later.names.some((name) => former.names.includes(name));
}

/** A login with capitals has a second AOR, for phones that send the capitals. */
async function readAors(ari: AriConnection, endpoint: string): Promise<readonly string[]> {
  const aors = (await readObject(ari, 'endpoint', endpoint))?.get('aors') ?? endpoint;
  return aors.split(',');
}

/** Undefined for a contact that is gone meanwhile. */
async function readRegistered(
  ari: AriConnection,
  aors: readonly string[],
  contact: Contact,
): Promise<Registered | undefined> {
  for (const aor of aors) {
    const values = await readObject(ari, 'contact', contactId(aor, contact.uri));
    if (values !== undefined) return registeredAs(contact, values);
  }
  return undefined;
}

function registeredAs({ uri }: Contact, values: ReadonlyMap<string, string>): Registered {
  const callId = values.get('call_id');
  const [, written = '', place = ''] = /^sips?:(?:([^@]*)@)?([^;]*)/.exec(uri) ?? [];
  const user = written.toLowerCase();
  const [, said] = /;x-ast-orig-host=([^;]+)/.exec(uri) ?? [];
  return {
    names: [
      // The same phone may send its login with capitals after it was set up again.
      `place ${user}@${place}`,
      ...(said === undefined ? [] : [`contact ${user}@${said}`]),
      ...(callId === undefined || callId === '' ? [] : [`call-id ${user} ${callId}`]),
    ],
    expiresAt: Number(values.get('expiration_time') ?? 0),
  };
}

/** The attributes of an object that Asterisk has; undefined: it has none of that id. Rejects with AriError. */
export async function readObject(
  ari: AriConnection,
  objectType: string,
  id: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const object = await ari.run('asterisk', 'getObject', { configClass: 'res_pjsip', objectType, id });
    return new Map(readList(object, readAttribute));
  } catch (error) {
    if (isGoing(error)) return undefined;
    throw error;
  }
}

function readAttribute(item: unknown): readonly [name: string, value: string] | undefined {
  const [name, value] = [text(fields(item)?.['attribute']), text(fields(item)?.['value'])];
  return name === undefined || value === undefined ? undefined : [name, value];
}

/** location.c: a contact's id is made of its AOR and the MD5 of its URI. */
export function contactId(aor: string, uri: string): string {
  return `${aor};@${createHash('md5').update(uri).digest('hex')}`;
}
