import { compact } from '../call/compact.ts';
import type { DialingRule, DialingRules } from '../call/routing/dialing-rules.ts';
import { longestPattern } from '../call/routing/number-pattern.ts';
import { plainNumber } from '../call/routing/phone-number.ts';
import type {
  Account,
  Directory,
  DirectoryClient,
  DirectoryNumber,
  DirectoryTrunk,
} from '../call/directory.ts';
import type { DialingPermissionRecord } from '../records/dialing-permission-record.ts';
import { accountChain } from '../records/account-chain.ts';
import type { NumberRecord, TrunkRecord } from '../records/repositories.ts';
import type { VoiceSettings } from '../call/leg/leg.ts';
import type { SqlAccounts } from './tables/accounts.ts';
import { accountNumber } from './tables/caller-ids.ts';
import type { ResourceRepositories } from './tables/resources.ts';

/** The look-ups of routing, on the tables of the resources. */
export class SqlDirectory implements Omit<Directory, 'isOwn' | 'wayTo'> {
  readonly #accounts: SqlAccounts;
  readonly #resources: ResourceRepositories;

  constructor(accounts: SqlAccounts, resources: ResourceRepositories) {
    this.#accounts = accounts;
    this.#resources = resources;
  }

  async account(sid: string): Promise<Account | undefined> {
    const account = await this.#accounts.find(sid);
    return account === undefined ? undefined : { sid, status: await this.#accounts.statusWithin(account) };
  }

  async number(dialled: string): Promise<DirectoryNumber | undefined> {
    return await this.#numberOf(await this.#resources.numbers.findByUnique(plainNumber(dialled)));
  }

  async numberLike(accountSid: string, dialled: string): Promise<DirectoryNumber | undefined> {
    const patterns = await this.#resources.numbers.allLike(accountSid, 'phone_number', '%*');
    return await this.#numberOf(longestPattern(patterns, dialled));
  }

  async #numberOf(record: NumberRecord | undefined): Promise<DirectoryNumber | undefined> {
    if (record === undefined) return undefined;
    const { sid, accountSid, phoneNumber } = record;
    return { sid, accountSid, phoneNumber, voice: await this.#voiceOf(record) };
  }

  async client(login: string): Promise<DirectoryClient | undefined> {
    const record = await this.#resources.clients.findByUnique(login.toLowerCase());
    // A disabled client cannot register, call or be called: as if it did not exist.
    if (record === undefined || record.status === 'disabled') return undefined;
    const { sid, accountSid } = record;
    return { sid, accountSid, login: record.login.toLowerCase(), voice: await this.#voiceOf(record) };
  }

  async trunk(sid: string): Promise<DirectoryTrunk | undefined> {
    const record = await this.#resources.trunks.findAnywhere(sid);
    return record === undefined ? undefined : trunkOf(record);
  }

  async trunksFor(accountSid: string, number: string): Promise<readonly DirectoryTrunk[]> {
    const trunks = await this.#resources.trunks.allOf(accountSid);
    return trunks
      .filter((trunk) => number.startsWith(trunk.prefix))
      .sort((a, b) => b.prefix.length - a.prefix.length || a.priority - b.priority)
      .map(trunkOf);
  }

  async application(accountSid: string, sid: string): Promise<VoiceSettings | undefined> {
    const record = await this.#resources.applications.find(accountSid, sid);
    return record === undefined ? undefined : voiceSettings(record);
  }

  async isCallerId(accountSid: string, number: string): Promise<boolean> {
    const found = await this.#resources.callerIds.findByUnique(accountNumber(accountSid, number));
    return found !== undefined;
  }

  async dialingRules(accountSid: string): Promise<readonly DialingRules[]> {
    const account = await this.#accounts.find(accountSid);
    const all: DialingRules[] = [];
    if (account === undefined) return all;
    for await (const { sid } of accountChain(account, (one) => this.#accounts.find(one))) {
      all.push({ accountSid: sid, rules: (await this.#resources.dialingPermissions.allOf(sid)).map(ruleOf) });
    }
    return all;
  }

  /** An application replaces the voice settings that name it, but for their own status callback if they have one. */
  async #voiceOf(
    record: VoiceSettings & { readonly accountSid: string; readonly voiceApplicationSid?: string },
  ): Promise<VoiceSettings> {
    const own = voiceSettings(record);
    if (record.voiceApplicationSid === undefined) return own;
    const application = await this.application(record.accountSid, record.voiceApplicationSid);
    if (application === undefined || own.statusCallback === undefined) return application ?? own;
    const { statusCallback, statusCallbackMethod } = own;
    return { ...application, statusCallback, statusCallbackMethod };
  }
}

function voiceSettings(voice: VoiceSettings): VoiceSettings {
  return compact({
    voiceUrl: voice.voiceUrl,
    voiceMethod: voice.voiceMethod,
    voiceFallbackUrl: voice.voiceFallbackUrl,
    voiceFallbackMethod: voice.voiceFallbackMethod,
    statusCallback: voice.statusCallback,
    statusCallbackMethod: voice.statusCallbackMethod,
  });
}

function ruleOf({ prefix, country, allows }: DialingPermissionRecord): DialingRule {
  return compact({ prefix, country, allows });
}

function trunkOf(record: TrunkRecord): DirectoryTrunk {
  return compact({
    sid: record.sid,
    accountSid: record.accountSid,
    username: record.username,
    stripDigits: record.stripDigits,
    prependDigits: record.prependDigits,
    maxChannels: record.maxChannels,
    tryTimeoutS: record.tryTimeoutS,
    callerIdPolicy: record.callerIdPolicy,
    defaultNumber: record.defaultNumber,
    format: record.format,
    countryCode: record.countryCode,
    nationalPrefix: record.nationalPrefix,
    messages: record.messages,
  });
}
