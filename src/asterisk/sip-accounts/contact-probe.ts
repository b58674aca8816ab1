import type { Log } from '../../concurrency/log.ts';
import type { AriConnection } from '../ari/connection.ts';
import type { Contact } from '../legs/dial-strings.ts';
import { type PhonesOf, readPhones } from './client-phones.ts';
import { isUsableLogin } from './endpoint-objects.ts';
import { SipObjects } from './sip-objects.ts';

/** The ids of channels that are only used for questions, and never dialled, begin with this. */
export const PROBE_PREFIX = 'probe.';
const PROBE = 'PJSIP/rc-out/sip:probe@127.0.0.1';

/**
 * Finds out where clients' phones are. Asterisk tells that only on a channel: this one is never dialled, and everybody who
 * asks at a time shares it.
 */
export class ContactProbe {
  readonly #ari: AriConnection;
  readonly #log: Log;
  readonly #objects: Pick<SipObjects, 'hasEndpoint'>;
  #probe: Promise<string> | undefined;
  #asking = 0;

  constructor(ari: AriConnection, log: Log, objects: Pick<SipObjects, 'hasEndpoint'> = new SipObjects(ari)) {
    this.#ari = ari;
    this.#log = log;
    this.#objects = objects;
  }

  /** The phones of a client, by its login in lower case; none of one that Asterisk does not know. Rejects with AriError. */
  async phones({ login, web }: PhonesOf): Promise<readonly Contact[]> {
    if (!isUsableLogin(login)) return [];
    // The state "online" is not enough: a phone that has just registered has not answered OPTIONS yet.
    if (!(await this.#objects.hasEndpoint(login))) return [];
    this.#asking += 1;
    this.#probe ??= this.#create();
    try {
      return (await readPhones(this.#ari, await this.#probe, { login, web })).phones;
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) await this.#end();
    }
  }

  async #create(): Promise<string> {
    const channelId = `${PROBE_PREFIX}${crypto.randomUUID()}`;
    const { app } = this.#ari;
    await this.#ari.run('channels', 'create', { endpoint: PROBE, app, appArgs: 'probe', channelId });
    return channelId;
  }

  async #end(): Promise<void> {
    const probe = this.#probe;
    this.#probe = undefined;
    const channelId = await probe?.catch(() => undefined);
    if (channelId === undefined) return;
    await this.#ari.run('channels', 'hangup', { channelId }).catch((error: unknown) => {
      this.#log.warn({ endpoint: channelId, reason: String(error) }, 'Asterisk refused an endpoint');
    });
  }
}
