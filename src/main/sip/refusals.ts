import type { RefusedSender } from '../../asterisk/sip-guard/sip-guard.ts';
import type { LoggedRefusal } from '../../asterisk/sip-guard/refusal-log.ts';
import type { HangUpReason, InboundCall } from '../../call/call-control.ts';
import type { Directory } from '../../call/directory.ts';
import type { JournalStore } from '../../call/journal-store.ts';
import { loginOfEndpoint } from '../../call/routing/sip-names.ts';
import { TokenBucket } from '../../call/routing/token-bucket.ts';
import { newSid } from '../../call/sids.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { TrunkRecord } from '../../records/repositories.ts';
import { RareNotices } from './rare-notices.ts';

export interface RefusalDeps {
  readonly directory: Pick<Directory, 'client' | 'trunk'>;
  readonly trunkAt: (address: string) => Promise<TrunkRecord | undefined>;
  readonly journal: JournalStore;
  readonly clock: Pick<Clock, 'now' | 'steady'>;
  readonly log: Log;
  readonly count: (code: number, reason: string) => void;
}

/** The SIP status of each reason for which Legwork refuses a call. */
const REFUSED_WITH: Readonly<Partial<Record<HangUpReason, number>>> = {
  forbidden: 403,
  'not-found': 404,
  'no-answer': 480,
  busy: 486,
  error: 500,
  overload: 503,
};
/** Twilio's codes for the same. */
const TWILIO_CODES: ReadonlyMap<number, number> = new Map([
  [403, 32200],
  [404, 13224],
  [488, 53404],
  [503, 10004],
]);
const UNKNOWN_SENDER = 32201;
const WRONG_PASSWORD = 32202;
const OTHERWISE = 32011;
/** Whose trunk sent it is looked up for so many strangers in a second. */
const LOOK_UPS_PER_SECOND = 20;

interface Notice {
  readonly errorCode: number;
  /** What makes it the same notice: few, whatever outsiders send. */
  readonly what: string;
  readonly message: string;
}

/**
 * Counts the calls that were refused and became no leg, by Legwork or by Asterisk itself, and tells the account to which
 * they belong, where that is known, in its notifications: each kind at most once in ten minutes.
 */
export class Refusals {
  readonly #deps: RefusalDeps;
  readonly #rare = new RareNotices();
  readonly #lookUps: TokenBucket;

  constructor(deps: RefusalDeps) {
    this.#deps = deps;
    this.#lookUps = new TokenBucket(LOOK_UPS_PER_SECOND, deps.clock.steady());
  }

  /** Legwork refused a call. */
  byLegwork({ source, dialled }: InboundCall, why: string, reason: HangUpReason): void {
    const code = REFUSED_WITH[reason] ?? 603;
    this.#deps.count(code, reason);
    const endpoint = source.kind === 'trunk' ? source.trunkSid : source.login;
    this.#tellOwner(endpoint, {
      errorCode: TWILIO_CODES.get(code) ?? OTHERWISE,
      what: `${endpoint} ${code}`,
      message: `A call from ${nameOf(endpoint)} to ${shown(dialled)} was refused with ${code}: ${why}`,
    });
  }

  /** Asterisk refused a call of a client or a trunk. */
  byAsterisk({ endpoint, code, dialled }: LoggedRefusal): void {
    this.#deps.count(code, code === 404 ? 'not-found' : 'media');
    const offer =
      'nothing in its offer may be used: no codec in common (CODECS), or its encryption does not fit (Srtp)';
    const why = code === 404 ? 'nothing here can have such a name' : offer;
    const to = dialled === undefined ? '' : ` to ${shown(dialled)}`;
    this.#tellOwner(endpoint, {
      errorCode: TWILIO_CODES.get(code) ?? OTHERWISE,
      what: `${endpoint} ${code}`,
      message: `A call from ${nameOf(endpoint)}${to} was refused with ${code}: ${why}`,
    });
  }

  /** Asterisk answered 401: to a wrong password, or to somebody who is nobody's. */
  unauthorized({ login, address, port }: RefusedSender): void {
    if (login === undefined) {
      this.#deps.count(401, 'unknown-sender');
      return this.#try(() => this.#tellTrunkAt(address, port));
    }
    this.#deps.count(401, 'wrong-password');
    this.#tellOwner(login, {
      errorCode: WRONG_PASSWORD,
      what: `${login} 401`,
      message: `Somebody at ${address} gave a wrong password for the client ${login}, and was answered with 401`,
    });
  }

  async #tellTrunkAt(address: string, port: number): Promise<void> {
    const now = this.#deps.clock.steady();
    if (!this.#lookUps.hasToken(now)) return;
    this.#lookUps.take();
    const trunk = await this.#deps.trunkAt(address);
    if (trunk === undefined) return;
    const { accountSid, friendlyName, sid } = trunk;
    await this.#tell(accountSid, {
      errorCode: UNKNOWN_SENDER,
      what: `${sid} 401`,
      message:
        `A request from ${address}:${port}, which is the address of the trunk ${friendlyName} (${sid}), was answered ` +
        'with 401, because the trunk is known by its Host and Port: put the address without a port into ' +
        'AllowedAddresses if all that comes from there is its',
    });
  }

  /** `endpoint`: a client's login, or a TrunkSid. */
  #tellOwner(endpoint: string, notice: Notice): void {
    this.#try(async () => {
      const { directory } = this.#deps;
      const owner = endpoint.startsWith('TK')
        ? await directory.trunk(endpoint)
        : await directory.client(loginOfEndpoint(endpoint));
      if (owner !== undefined) await this.#tell(owner.accountSid, notice);
    });
  }

  async #tell(accountSid: string, { errorCode, message, what }: Notice): Promise<void> {
    const { clock, journal } = this.#deps;
    const times = this.#rare.admit(accountSid, what, clock.steady());
    if (times === undefined) return;
    const sid = newSid('NO');
    const often = times === 1 ? '' : ` (${times} times since this was told last)`;
    const record = { sid, accountSid, at: clock.now(), level: 'warning', errorCode } as const;
    const notifications = [{ ...record, message: `${message}${often}` }];
    await journal.commit({ subjectSid: sid, accountSid, notifications }, { whenUnavailable: 'refuse' });
  }

  /** Nothing depends on it, so nothing is done about a database that is away. */
  #try(work: () => Promise<void>): void {
    work().catch((error: unknown) =>
      this.#deps.log.debug({ reason: String(error) }, 'a refused call could not be told of'),
    );
  }
}

function nameOf(endpoint: string): string {
  return endpoint.startsWith('TK') ? `the trunk ${endpoint}` : `the client ${loginOfEndpoint(endpoint)}`;
}

const LONGEST_NAME = 100;

function shown(dialled: string): string {
  return dialled.length > LONGEST_NAME ? `${dialled.slice(0, LONGEST_NAME)}…` : dialled;
}
