import { type DirectoryWorld, keepsToTheDirectoryContract } from '../support/directory-contract.ts';
import { FakeDirectory } from '../support/fake-directory.ts';

/** The same on the databases: test/main/sip/sip-directory.spec.ts. */
describe('What stands for the directory in the tests of the core', () => {
  let world: DirectoryWorld;

  beforeEach(() => {
    const directory = new FakeDirectory();
    world = {
      directory,
      addAccount: async (account) => void directory.accounts.push(account),
      addNumber: async (number) => void directory.numbers.push(number),
      addClient: async (client) => void directory.clients.push(client),
      addTrunk: async (trunk, choice) => directory.addTrunk(trunk, choice),
      addApplication: async (accountSid, sid, voice) => directory.addApplication(accountSid, sid, voice),
    };
  });

  keepsToTheDirectoryContract(() => world);
});
