import { directoryWithin } from '../../../src/main/sip/sip-directory.ts';
import { SipEgress } from '../../../src/main/sip/sip-egress.ts';
import { describeOnBoth } from '../../store/both-databases.ts';
import { account, application, client, number, trunk } from '../../store/records.ts';
import { type DirectoryWorld, keepsToTheDirectoryContract } from '../../support/directory-contract.ts';

const OWN_SIP = { port: 5060, domains: [{ host: 'here.test' }], listeners: [], ownAddresses: () => [] };
const CARRIER = '203.0.113.1';

/** The same on what stands for it in the tests of the core: test/call/fake-directory.spec.ts. */
describeOnBoth('The directory of routing', (the) => {
  let world: DirectoryWorld;

  beforeEach(() => {
    const { repositories, directory } = the().store;
    const egress = new SipEgress({
      ...repositories,
      names: { find: async ({ host }) => [{ address: host, port: 5060, transport: 'udp' }] },
      settings: { allow: [], deny: [], isLocal: false, hasTls: false, services: [], ownAddresses: () => [] },
    });
    world = {
      directory: directoryWithin(directory, egress, OWN_SIP),
      addAccount: (one) => repositories.accounts.insert(account(one)),
      addNumber: ({ voice, ...one }) => repositories.numbers.insert(number({ ...one, ...voice })),
      addClient: ({ voice, ...one }) => repositories.clients.insert(client({ ...one, ...voice })),
      addTrunk: (one, choice) => repositories.trunks.insert(trunk({ host: CARRIER, ...one, ...choice })),
      addApplication: (accountSid, sid, voice) =>
        repositories.applications.insert(application({ accountSid, sid, ...voice })),
    };
  });

  keepsToTheDirectoryContract(() => world);
});
