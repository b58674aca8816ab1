import assert from 'node:assert/strict';
import type {
  Account,
  Directory,
  DirectoryClient,
  DirectoryNumber,
  DirectoryTrunk,
} from '../../src/call/directory.ts';
import type { VoiceSettings } from '../../src/call/leg/leg.ts';
import { readSipAddress } from '../../src/call/routing/sip-address.ts';
import { newSid } from '../../src/call/sids.ts';

/** Which numbers go out by a trunk. */
export interface TrunkChoice {
  readonly prefix: string;
  readonly priority: number;
}

/** A directory, and how things get into it. It knows its host as `here.test`. */
export interface DirectoryWorld {
  readonly directory: Directory;
  readonly addAccount: (account: Account) => Promise<void>;
  readonly addNumber: (number: DirectoryNumber) => Promise<void>;
  readonly addClient: (client: DirectoryClient) => Promise<void>;
  readonly addTrunk: (trunk: DirectoryTrunk, choice: TrunkChoice) => Promise<void>;
  readonly addApplication: (accountSid: string, sid: string, voice: VoiceSettings) => Promise<void>;
}

const OWN_SID = newSid('AC');
const OTHER_SID = newSid('AC');
const VOICE: VoiceSettings = {
  voiceUrl: 'http://app.test/voice',
  voiceMethod: 'POST',
  voiceFallbackUrl: 'http://app.test/fallback',
  voiceFallbackMethod: 'GET',
  statusCallback: 'http://app.test/status',
  statusCallbackMethod: 'POST',
};
const BERLIN = '+493012345';

/** What routing relies on, wherever it looks things up: in the database, or in what stands for it in other tests. */
export function keepsToTheDirectoryContract(the: () => DirectoryWorld): void {
  beforeEach(async () => {
    await the().addAccount({ sid: OWN_SID, status: 'active' });
    await the().addAccount({ sid: OTHER_SID, status: 'suspended' });
  });

  it('knows accounts and whether they are active', async () => {
    const { directory } = the();
    assert.deepEqual(await directory.account(OWN_SID), { sid: OWN_SID, status: 'active' });
    assert.deepEqual(await directory.account(OTHER_SID), { sid: OTHER_SID, status: 'suspended' });
    assert.equal(await directory.account(newSid('AC')), undefined);
  });

  for (const [written, dialled] of [
    ['+15550100', '15550100'],
    ['15550100', '+15550100'],
    ['1000', '1000'],
    ['+1000', '+1000'],
  ] as const) {
    it(`finds ${written} when ${dialled} is dialled, whosever it is`, async () => {
      const number = { sid: newSid('PN'), accountSid: OTHER_SID, phoneNumber: written, voice: VOICE };
      await the().addNumber(number);
      assert.deepEqual(await the().directory.number(dialled), number);
      assert.equal(await the().directory.number('999'), undefined);
    });
  }

  it('finds the longest pattern of an account that fits, and never by another one', async () => {
    const [all, germany, foreign] = (
      [
        ['*', OWN_SID],
        ['+49*', OWN_SID],
        ['+4930*', OTHER_SID],
      ] as const
    ).map(([phoneNumber, accountSid]) => ({ sid: newSid('PN'), accountSid, phoneNumber, voice: VOICE }));
    for (const one of [all, germany, foreign]) if (one !== undefined) await the().addNumber(one);
    const { directory } = the();
    assert.deepEqual(await directory.numberLike(OWN_SID, BERLIN), germany);
    assert.deepEqual(await directory.numberLike(OWN_SID, BERLIN.slice(1)), germany);
    assert.deepEqual(await directory.numberLike(OWN_SID, 'sales'), all);
    assert.deepEqual(await directory.numberLike(OTHER_SID, BERLIN), foreign);
    assert.equal(await directory.numberLike(OTHER_SID, '2001'), undefined);
    assert.equal(await directory.number(BERLIN), undefined);
  });

  it('finds a client by its login in any case, whosever it is', async () => {
    const bob = { sid: newSid('CL'), accountSid: OTHER_SID, login: 'bob', voice: VOICE };
    await the().addClient(bob);
    assert.deepEqual(await the().directory.client('BoB'), bob);
    assert.equal(await the().directory.client('alice'), undefined);
  });

  it('gives the voice settings of an application to its own account only', async () => {
    const sid = newSid('AP');
    await the().addApplication(OWN_SID, sid, VOICE);
    assert.deepEqual(await the().directory.application(OWN_SID, sid), VOICE);
    assert.equal(await the().directory.application(OTHER_SID, sid), undefined);
    assert.equal(await the().directory.application(OWN_SID, newSid('AP')), undefined);
  });

  it('finds a trunk by its SID, whosever it is', async () => {
    const limited: DirectoryTrunk = {
      ...trunk(OTHER_SID),
      maxChannels: 30,
      tryTimeoutS: 3,
      callerIdPolicy: 'account',
      defaultNumber: '+493012345',
      format: 'national',
      countryCode: '49',
      nationalPrefix: '0',
    };
    const unlimited = trunk(OWN_SID);
    for (const one of [limited, unlimited]) await the().addTrunk(one, { prefix: '', priority: 1 });
    assert.deepEqual(await the().directory.trunk(limited.sid), limited);
    assert.deepEqual(await the().directory.trunk(unlimited.sid), unlimited);
    assert.equal(await the().directory.trunk(newSid('TK')), undefined);
  });

  it("sends a number out by the account's longest prefix, then by the lowest priority", async () => {
    const { directory, addTrunk } = the();
    const [all, germany, cheaper, berlin] = [
      trunk(OWN_SID),
      trunk(OWN_SID),
      trunk(OWN_SID),
      trunk(OWN_SID),
    ] as const;
    await addTrunk(all, { prefix: '', priority: 1 });
    await addTrunk(germany, { prefix: '+49', priority: 20 });
    await addTrunk(cheaper, { prefix: '+49', priority: 5 });
    await addTrunk(berlin, { prefix: '+4930', priority: 90 });
    await addTrunk(trunk(OTHER_SID), { prefix: BERLIN, priority: 1 });
    assert.deepEqual(await directory.trunksFor(OWN_SID, BERLIN), [berlin, cheaper, germany, all]);
    assert.deepEqual(await directory.trunksFor(OWN_SID, '+4989'), [cheaper, germany, all]);
    assert.deepEqual(await directory.trunksFor(OWN_SID, '911'), [all]);
  });

  it('sends a number out by no trunk when none of the account has its prefix', async () => {
    const { directory, addTrunk } = the();
    await addTrunk(trunk(OWN_SID), { prefix: '+49', priority: 1 });
    assert.deepEqual(await directory.trunksFor(OWN_SID, '911'), []);
    assert.deepEqual(await directory.trunksFor(OTHER_SID, BERLIN), []);
  });

  it('knows which SIP addresses lead to itself', () => {
    const isOwn = (written: string) => {
      const read = readSipAddress(written);
      assert.ok(read.ok);
      return the().directory.isOwn(read.address);
    };
    assert.deepEqual(['sip:bob@here.test', 'sip:bob@HERE.test', 'sip:bob@there.test'].map(isOwn), [
      true,
      true,
      false,
    ]);
  });

  it('lets an account call a SIP address, and by a trunk as long as there is one', async () => {
    const { directory, addTrunk } = the();
    const [stored, removed] = [trunk(OWN_SID), trunk(OWN_SID)];
    await addTrunk(stored, { prefix: '', priority: 1 });
    const by = (trunkSid: string) => directory.wayTo(OWN_SID, { kind: 'trunk', trunkSid, number: '911' });
    const address = { kind: 'sip', uri: 'sip:bob@203.0.113.7' } as const;
    assert.deepEqual(await directory.wayTo(OWN_SID, address), { ok: true });
    assert.deepEqual(await by(stored.sid), { ok: true });
    assert.deepEqual(await by(removed.sid), { ok: false, why: 'The trunk no longer exists' });
  });
}

function trunk(accountSid: string): DirectoryTrunk {
  return { sid: newSid('TK'), accountSid, stripDigits: 1, prependDigits: '00' };
}
