import { AriError, isGoing } from './ari-error.ts';
import { fields, readList, readVariable, text } from './ari-types.ts';
import type { AriConnection } from './connection.ts';
import {
  clientObjects,
  HEALTH_ENDPOINT,
  healthObjects,
  identifyId,
  isUsableLogin,
  trunkObjects,
  type MediaSettings,
  type SipClient,
  type SipObject,
  type SipTrunk,
} from './endpoint-objects.ts';
import { contactsOf, type Contact } from './dial-strings.ts';
import type { Log } from './log.ts';

/** Asterisk stores each object on disk; more at once only queue there. */
const PUSHES_AT_ONCE = 8;
/** Begins the names of channels that are only asked, never dialled. */
export const PROBE_PREFIX = 'probe.';
const PROBE = 'PJSIP/rc-out/sip:probe@127.0.0.1';

export interface ClientStatus {
  readonly registered: boolean;
  /** SIP URIs of its phones. */
  readonly contacts: readonly string[];
}

/** How Asterisk spells what we call yes and no. */
const YES_OR_NO: Readonly<Record<string, string>> = { yes: 'true', no: 'false' };

interface Attribute {
  readonly attribute: string;
  readonly value: string;
}

function readAttribute(item: unknown): Attribute | undefined {
  const [attribute, value] = [text(fields(item)?.['attribute']), fields(item)?.['value']];
  return attribute === undefined || typeof value !== 'string' ? undefined : { attribute, value };
}

/** Tells Asterisk about SIP accounts and trunks (ARI push configuration): they work at once, without a reload. */
export class Provisioning {
  readonly #ari: AriConnection;
  readonly #media: MediaSettings;
  readonly #log: Log;
  /** Endpoint → what this process pushed, so that an equal push costs nothing. */
  readonly #pushed = new Map<string, string>();

  constructor(ari: AriConnection, options: MediaSettings & { readonly log: Log }) {
    this.#ari = ari;
    this.#media = options;
    this.#log = options.log;
    ari.onUp(({ restarted }) => {
      if (restarted) this.#pushed.clear();
      this.#push(HEALTH_ENDPOINT, healthObjects(options)).catch(this.#warn(HEALTH_ENDPOINT));
    });
  }

  /** Makes or changes a client: it can register at once. Rejects with AriError. */
  async pushClient(client: SipClient): Promise<void> {
    if (!isUsableLogin(client.login)) throw new AriError(400, 'The login cannot be a SIP account');
    await this.#push(client.login, clientObjects(client, this.#media));
  }

  /** Its next REGISTER is refused, and it cannot be called any more. Rejects with AriError. */
  async removeClient(login: string): Promise<void> {
    await this.#remove(login);
  }

  /** Makes or changes a trunk. Rejects with AriError. */
  async pushTrunk(trunk: SipTrunk): Promise<void> {
    const objects = trunkObjects(trunk, this.#media);
    await this.#push(trunk.sid, objects);
    // What an earlier version of the trunk had.
    if (!objects.some(({ type }) => type === 'auth')) await this.#delete('auth', trunk.sid);
    await this.#forgetAddresses(trunk.sid, objects.filter(({ type }) => type === 'identify').length);
  }

  /** Rejects with AriError. */
  async removeTrunk(sid: string): Promise<void> {
    await this.#remove(sid);
  }

  /** Makes Asterisk have exactly these; what fails is logged, and tried again by the next call. */
  async syncAll(clients: readonly SipClient[], trunks: readonly SipTrunk[]): Promise<void> {
    const wanted = new Set([
      HEALTH_ENDPOINT,
      ...clients.map((client) => client.login),
      ...trunks.map((trunk) => trunk.sid),
    ]);
    const others = (await this.#endpoints()).filter((id) => !wanted.has(id));
    const work = [
      ...others.map((id) => ({ id, run: () => this.#remove(id) })),
      ...clients.map((client) => ({ id: client.login, run: () => this.pushClient(client) })),
      ...trunks.map((trunk) => ({ id: trunk.sid, run: () => this.pushTrunk(trunk) })),
    ];
    await Promise.all(
      Array.from({ length: PUSHES_AT_ONCE }, async () => {
        for (let next = work.shift(); next !== undefined; next = work.shift()) {
          await next.run().catch(this.#warn(next.id));
        }
      }),
    );
  }

  /** Where a client's phones are; none for one that Asterisk does not know. Rejects with AriError. */
  async clientStatus(login: string): Promise<ClientStatus> {
    const contacts = await this.contacts(login);
    return { registered: contacts.length > 0, contacts: contacts.map((contact) => contact.uri) };
  }

  /** Whether a trunk answers our OPTIONS; false for one that Asterisk does not know. Rejects with AriError. */
  async trunkStatus(sid: string): Promise<{ readonly reachable: boolean }> {
    return { reachable: await this.#isOnline(sid) };
  }

  /** A client's phones, each with its dial string. Rejects with AriError. */
  async contacts(login: string): Promise<readonly Contact[]> {
    if (!isUsableLogin(login)) return [];
    if (!(await this.#isOnline(login))) return [];
    // Asterisk tells where phones are only on a channel: this one is never dialled.
    const channelId = `${PROBE_PREFIX}${crypto.randomUUID()}`;
    const variable = `PJSIP_DIAL_CONTACTS(${login})`;
    const { app } = this.#ari;
    try {
      await this.#ari.run('channels', 'create', { endpoint: PROBE, app, appArgs: 'probe', channelId });
      return contactsOf(
        login,
        readVariable(await this.#ari.run('channels', 'getChannelVar', { channelId, variable })) ?? '',
      );
    } finally {
      await this.#ari.run('channels', 'hangup', { channelId }).catch(this.#warn(login));
    }
  }

  async #isOnline(login: string): Promise<boolean> {
    try {
      const endpoint = await this.#ari.run('endpoints', 'get', { tech: 'PJSIP', resource: login });
      return fields(endpoint)?.['state'] === 'online';
    } catch (error) {
      if (isGoing(error)) return false;
      throw error;
    }
  }

  async #endpoints(): Promise<readonly string[]> {
    const list = await this.#ari.run('endpoints', 'listByTech', { tech: 'PJSIP' });
    return readList(list, (item) => text(fields(item)?.['resource']));
  }

  async #push(id: string, objects: readonly SipObject[]): Promise<void> {
    const whole = JSON.stringify(objects);
    if (this.#pushed.get(id) === whole) return;
    this.#pushed.delete(id);
    for (const object of objects) if (!(await this.#isInPlace(object))) await this.#update(object);
    this.#pushed.set(id, whole);
  }

  async #update({ type: objectType, id, attributes }: SipObject): Promise<void> {
    await this.#ari.run('asterisk', 'updateObject', {
      configClass: 'res_pjsip',
      objectType,
      id,
      fields: Object.entries(attributes).map(([attribute, value]) => ({ attribute, value })),
    });
  }

  /**
   * An update of an AOR keeps its former contacts, and makes fixed ones of the phones that are registered: they
   * would ring twice, for ever (location.c, contacts_to_var_list). So a right one is left alone, and a wrong one
   * removed first, which costs its registrations.
   */
  async #isInPlace({ type, id, attributes }: SipObject): Promise<boolean> {
    if (type !== 'aor') return false;
    const now = await this.#object(type, id);
    if (now === undefined) return false;
    const inPlace = Object.entries(attributes).every(([attribute, value]) => {
      const found = now.filter((field) => field.attribute === attribute).map((field) => field.value);
      return found.length === 1 && found[0] === (YES_OR_NO[value] ?? value);
    });
    if (!inPlace) await this.#delete(type, id);
    return inPlace;
  }

  async #remove(id: string): Promise<void> {
    this.#pushed.delete(id);
    await this.#forgetAddresses(id, 0);
    for (const type of ['endpoint', 'aor', 'auth'] as const) await this.#delete(type, id);
  }

  /** A trunk's addresses from the n-th on; from the last one backwards, so that a crash leaves no gap to stop at. */
  async #forgetAddresses(trunkSid: string, first: number): Promise<void> {
    let end = first;
    while (await this.#exists('identify', identifyId(trunkSid, end))) end += 1;
    for (; end > first; end -= 1) await this.#delete('identify', identifyId(trunkSid, end - 1));
  }

  async #exists(objectType: SipObject['type'], id: string): Promise<boolean> {
    return (await this.#object(objectType, id)) !== undefined;
  }

  /** What Asterisk has of it, an attribute as often as it has values. */
  async #object(objectType: SipObject['type'], id: string): Promise<readonly Attribute[] | undefined> {
    try {
      const object = await this.#ari.run('asterisk', 'getObject', {
        configClass: 'res_pjsip',
        objectType,
        id,
      });
      return readList(object, readAttribute);
    } catch (error) {
      if (isGoing(error)) return undefined;
      throw error;
    }
  }

  async #delete(objectType: SipObject['type'], id: string): Promise<void> {
    try {
      await this.#ari.run('asterisk', 'deleteObject', { configClass: 'res_pjsip', objectType, id });
    } catch (error) {
      // 403: from pjsip.conf, so not ours to remove.
      if (!isGoing(error) && !(error instanceof AriError && error.status === 403)) throw error;
    }
  }

  #warn(id: string): (error: unknown) => void {
    return (error) =>
      this.#log.warn({ endpoint: id, reason: String(error) }, 'Asterisk did not take an endpoint');
  }
}
