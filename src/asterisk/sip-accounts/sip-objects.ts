import { AriError, isGoing } from '../ari/ari-error.ts';
import { fields, readList, text } from '../ari/ari-objects.ts';
import type { AriConnection } from '../ari/connection.ts';
import type { SipObject } from './sip-object.ts';

type Kind = SipObject['type'] | 'contact';

/** Asterisk accepts both words, and answers with the second one. */
const YES_OR_NO: Readonly<Record<string, string>> = { yes: 'true', no: 'false' };

interface Attribute {
  readonly attribute: string;
  readonly value: string;
}

/** Asterisk's SIP configuration objects, as ARI writes, reads and removes them. Everything rejects with AriError. */
export class SipObjects {
  readonly #ari: AriConnection;
  /** Name → what this process pushed, so that an equal push costs nothing. */
  readonly #pushed = new Map<string, string>();

  constructor(ari: AriConnection) {
    this.#ari = ari;
  }

  /** Whether this process has pushed exactly these objects. */
  isPushed(name: string, objects: readonly SipObject[]): boolean {
    return this.#pushed.get(name) === JSON.stringify(objects);
  }

  /** Makes or changes the objects of one account or trunk, in this order. */
  async push(name: string, objects: readonly SipObject[]): Promise<void> {
    const whole = JSON.stringify(objects);
    if (this.#pushed.get(name) === whole) return;
    this.#pushed.delete(name);
    for (const object of objects) await this.#put(object);
    this.#pushed.set(name, whole);
  }

  /** Makes the next push of this account or trunk, or of all, whatever was pushed before. */
  forget(name?: string): void {
    if (name === undefined) this.#pushed.clear();
    else this.#pushed.delete(name);
  }

  /** Whether an endpoint has a contact that answers. */
  async isOnline(endpoint: string): Promise<boolean> {
    return (await this.#stateOf(endpoint)) === 'online';
  }

  async hasEndpoint(endpoint: string): Promise<boolean> {
    return (await this.#stateOf(endpoint)) !== undefined;
  }

  async #stateOf(endpoint: string): Promise<string | undefined> {
    try {
      const found = await this.#ari.run('endpoints', 'get', { tech: 'PJSIP', resource: endpoint });
      return text(fields(found)?.['state']);
    } catch (error) {
      if (isGoing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Makes or changes an object. Updating an AOR would turn the contacts of its registered phones into permanent ones, so
   * that the phones ring twice from then on (location.c, contacts_to_var_list). So a correct AOR is left alone, and a
   * wrong one is removed first, which loses its registrations.
   */
  async #put(object: SipObject): Promise<void> {
    const { type, id } = object;
    if (type === 'aor') {
      if (await this.has(object)) return;
      await this.delete(type, id);
    }
    await this.#ari.run('asterisk', 'updateObject', {
      configClass: 'res_pjsip',
      objectType: type,
      id,
      fields: Object.entries(object.attributes).map(([attribute, value]) => ({ attribute, value })),
    });
  }

  /** Whether Asterisk has the object with at least these attributes. */
  async has({ type, id, attributes }: SipObject): Promise<boolean> {
    const now = await this.#read(type, id);
    if (now === undefined) return false;
    return Object.entries(attributes).every(([attribute, value]) => {
      const found = now.filter((field) => field.attribute === attribute).map((field) => field.value);
      return found.length === 1 && [value, YES_OR_NO[value]].includes(found[0]);
    });
  }

  /** The value of one attribute; undefined when there is no such object. */
  async attribute(type: Kind, id: string, name: string): Promise<string | undefined> {
    return (await this.#read(type, id))?.find(({ attribute }) => attribute === name)?.value;
  }

  async exists(type: Kind, id: string): Promise<boolean> {
    return (await this.#read(type, id)) !== undefined;
  }

  /** Deletes an object; does nothing if it is not there. */
  async delete(objectType: Kind, id: string): Promise<void> {
    try {
      await this.#ari.run('asterisk', 'deleteObject', { configClass: 'res_pjsip', objectType, id });
    } catch (error) {
      // 403: it comes from pjsip.conf, so it is not ours to remove.
      if (!isGoing(error) && !(error instanceof AriError && error.status === 403)) throw error;
    }
  }

  /** The attributes of an object in Asterisk; one with several values comes several times. */
  async #read(objectType: Kind, id: string): Promise<readonly Attribute[] | undefined> {
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
}

function readAttribute(item: unknown): Attribute | undefined {
  const [attribute, value] = [text(fields(item)?.['attribute']), text(fields(item)?.['value'])];
  return attribute === undefined || value === undefined ? undefined : { attribute, value };
}
