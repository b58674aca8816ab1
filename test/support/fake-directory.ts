import type { SipAddress } from '../../src/call/routing/sip-address.ts';
import { plainNumber } from '../../src/call/routing/phone-number.ts';
import type { VoiceSettings } from '../../src/call/leg/leg.ts';
import type {
  Account,
  Directory,
  DirectoryClient,
  DirectoryNumber,
  DirectoryTrunk,
  SipWay,
} from '../../src/call/directory.ts';

/** The directory in memory; fill its lists. Every account exists and is active. */
export class FakeDirectory implements Directory {
  readonly numbers: DirectoryNumber[] = [];
  readonly clients: DirectoryClient[] = [];
  /** The first one takes every number. */
  readonly trunks: DirectoryTrunk[] = [];
  readonly applications = new Map<string, VoiceSettings>();
  /** Whether SIP may go anywhere. */
  way: SipWay = { ok: true };

  account(sid: string): Promise<Account | undefined> {
    return Promise.resolve({ sid, status: 'active' });
  }

  number(dialled: string): Promise<DirectoryNumber | undefined> {
    const same = ({ phoneNumber }: DirectoryNumber) => plainNumber(phoneNumber) === plainNumber(dialled);
    return Promise.resolve(this.numbers.find(same));
  }

  client(login: string): Promise<DirectoryClient | undefined> {
    return Promise.resolve(this.clients.find((client) => client.login === login.toLowerCase()));
  }

  trunk(sid: string): Promise<DirectoryTrunk | undefined> {
    return Promise.resolve(this.trunks.find((trunk) => trunk.sid === sid));
  }

  trunkFor(accountSid: string): Promise<DirectoryTrunk | undefined> {
    return Promise.resolve(this.trunks.find((trunk) => trunk.accountSid === accountSid));
  }

  application(_accountSid: string, sid: string): Promise<VoiceSettings | undefined> {
    return Promise.resolve(this.applications.get(sid));
  }

  /** Everything at `here.test` leads to ourselves. */
  isOwn({ host }: SipAddress): boolean {
    return host === 'here.test';
  }

  wayTo(): Promise<SipWay> {
    return Promise.resolve(this.way);
  }
}
