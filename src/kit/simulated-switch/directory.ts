import type {
  Account,
  Directory,
  DirectoryClient,
  DirectoryNumber,
  DirectoryTrunk,
  SipWay,
} from '../../call/directory.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';
import { plainNumber } from '../../call/routing/phone-number.ts';
import { noVoice } from '../../call/routing/routing.ts';

/** The trunk by which every number can be reached. */
export const TRUNK_SID = `TK${'0'.repeat(32)}`;

const NUMBER_SID = `PN${'0'.repeat(32)}`;
const CLIENT_SID = `CL${'0'.repeat(32)}`;

/** The number that is called, and what the application server says behind it. */
export interface OwnNumber {
  readonly phoneNumber: string;
  readonly voice: VoiceSettings;
}

/** An installation in which every client exists, a trunk takes every number, and SIP may go anywhere. */
export class OpenDirectory implements Directory {
  /** What is called next. */
  own: OwnNumber | undefined;
  readonly #accountSid: string;

  constructor(accountSid: string) {
    this.#accountSid = accountSid;
  }

  account(sid: string): Promise<Account | undefined> {
    return Promise.resolve(sid === this.#accountSid ? { sid, status: 'active' } : undefined);
  }

  number(dialled: string): Promise<DirectoryNumber | undefined> {
    const { own } = this;
    if (own === undefined || plainNumber(own.phoneNumber) !== plainNumber(dialled)) {
      return Promise.resolve(undefined);
    }
    return Promise.resolve({ sid: NUMBER_SID, accountSid: this.#accountSid, ...own });
  }

  numberLike(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  client(login: string): Promise<DirectoryClient | undefined> {
    const client = { sid: CLIENT_SID, accountSid: this.#accountSid, voice: noVoice() };
    return Promise.resolve({ ...client, login: login.toLowerCase() });
  }

  trunk(sid: string): Promise<DirectoryTrunk | undefined> {
    return Promise.resolve(sid === TRUNK_SID ? this.#everyNumber() : undefined);
  }

  trunksFor(): Promise<readonly DirectoryTrunk[]> {
    return Promise.resolve([this.#everyNumber()]);
  }

  application(): Promise<VoiceSettings | undefined> {
    return Promise.resolve(undefined);
  }

  isCallerId(): Promise<boolean> {
    return Promise.resolve(true);
  }

  dialingRules(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  isOwn(): boolean {
    return false;
  }

  wayTo(): Promise<SipWay> {
    return Promise.resolve({ ok: true });
  }

  #everyNumber(): DirectoryTrunk {
    const rewritten = { stripDigits: 0, prependDigits: '' };
    return { sid: TRUNK_SID, accountSid: this.#accountSid, messages: true, ...rewritten };
  }
}
