import type { SipAddress } from '../../src/call/routing/sip-address.ts';
import { longestPattern } from '../../src/call/routing/number-pattern.ts';
import { plainNumber } from '../../src/call/routing/phone-number.ts';
import type { DialTarget } from '../../src/call/call-control.ts';
import type { DialingRules } from '../../src/call/routing/dialing-rules.ts';
import type { VoiceSettings } from '../../src/call/leg/leg.ts';
import type {
  Account,
  Directory,
  DirectoryClient,
  DirectoryNumber,
  DirectoryTrunk,
  SipWay,
} from '../../src/call/directory.ts';
import type { TrunkChoice } from './directory-contract.ts';

const EVERY_NUMBER: TrunkChoice = { prefix: '', priority: 10 };

/** The directory in memory; fill it. SIP may go anywhere. */
export class FakeDirectory implements Directory {
  readonly accounts: Account[];
  readonly numbers: DirectoryNumber[] = [];
  readonly clients: DirectoryClient[] = [];
  /** With and without `+` they are the same. */
  readonly callerIds: { readonly accountSid: string; readonly number: string }[] = [];
  /** Of one account each; an account above has to be in the list of the one below too. */
  readonly rules = new Map<string, readonly DialingRules[]>();
  readonly #trunks: (readonly [trunk: DirectoryTrunk, choice: TrunkChoice])[] = [];
  readonly #applications = new Map<string, VoiceSettings>();

  /** These accounts exist, and are active. */
  constructor(...accountSids: readonly string[]) {
    this.accounts = accountSids.map((sid) => ({ sid, status: 'active' }));
  }

  addTrunk(trunk: DirectoryTrunk, choice = EVERY_NUMBER): void {
    this.#trunks.push([trunk, choice]);
  }

  addApplication(accountSid: string, sid: string, voice: VoiceSettings): void {
    this.#applications.set(`${accountSid} ${sid}`, voice);
  }

  account(sid: string): Promise<Account | undefined> {
    return Promise.resolve(this.accounts.find((account) => account.sid === sid));
  }

  number(dialled: string): Promise<DirectoryNumber | undefined> {
    const same = ({ phoneNumber }: DirectoryNumber) => plainNumber(phoneNumber) === plainNumber(dialled);
    return Promise.resolve(this.numbers.find(same));
  }

  numberLike(accountSid: string, dialled: string): Promise<DirectoryNumber | undefined> {
    const own = this.numbers.filter((number) => number.accountSid === accountSid);
    return Promise.resolve(longestPattern(own, dialled));
  }

  client(login: string): Promise<DirectoryClient | undefined> {
    return Promise.resolve(this.clients.find((client) => client.login === login.toLowerCase()));
  }

  trunk(sid: string): Promise<DirectoryTrunk | undefined> {
    const [trunk] = this.#trunks.find(([one]) => one.sid === sid) ?? [];
    return Promise.resolve(trunk);
  }

  trunksFor(accountSid: string, number: string): Promise<readonly DirectoryTrunk[]> {
    const fitting = this.#trunks
      .filter(([trunk, { prefix }]) => trunk.accountSid === accountSid && number.startsWith(prefix))
      .toSorted(([, a], [, b]) => b.prefix.length - a.prefix.length || a.priority - b.priority);
    return Promise.resolve(fitting.map(([trunk]) => trunk));
  }

  application(accountSid: string, sid: string): Promise<VoiceSettings | undefined> {
    return Promise.resolve(this.#applications.get(`${accountSid} ${sid}`));
  }

  isCallerId(accountSid: string, number: string): Promise<boolean> {
    const isIt = (one: { readonly accountSid: string; readonly number: string }) =>
      one.accountSid === accountSid && plainNumber(one.number) === plainNumber(number);
    return Promise.resolve(this.callerIds.some(isIt));
  }

  dialingRules(accountSid: string): Promise<readonly DialingRules[]> {
    return Promise.resolve(this.rules.get(accountSid) ?? [{ accountSid, rules: [] }]);
  }

  /** Everything at `here.test` leads to ourselves. */
  isOwn({ host }: SipAddress): boolean {
    return host.toLowerCase() === 'here.test';
  }

  async wayTo(_accountSid: string, target: Exclude<DialTarget, { kind: 'client' }>): Promise<SipWay> {
    const isGone = target.kind === 'trunk' && (await this.trunk(target.trunkSid)) === undefined;
    return isGone ? { ok: false, why: 'The trunk no longer exists' } : { ok: true };
  }
}
