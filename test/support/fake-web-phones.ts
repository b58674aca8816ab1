import type { WebPhoneAccess } from '../../src/api/web-phone-access.ts';
import type { ClientRecord } from '../../src/records/repositories.ts';

/** Notes what would become of browser phones. */
export class FakeWebPhones implements WebPhoneAccess {
  readonly url = 'wss://phones.example/sip';
  readonly host = 'phones.example';
  readonly changes: (readonly [login: string, gone: readonly string[]])[] = [];
  readonly expiries: number[] = [];
  accountChanges = 0;

  async tokensChanged({ login }: ClientRecord, gone: readonly string[]): Promise<void> {
    this.changes.push([login, gone]);
  }

  async accountsChanged(): Promise<void> {
    this.accountChanges += 1;
  }

  willExpire(at: number): void {
    this.expiries.push(at);
  }
}
