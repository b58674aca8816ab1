import assert from 'node:assert/strict';
import type { AriConnection } from '../../src/asterisk/ari/connection.ts';
import type { Logger } from '../../src/logger.ts';
import { checkAsteriskVersion } from '../../src/main/asterisk-version.ts';
import { SetupError } from '../../src/setup/setup-error.ts';

describe('The Asterisk of ARI_URL', () => {
  async function check(version: string): Promise<readonly string[]> {
    const lines: string[] = [];
    const line = (level: string) => (_fields: object, message: string) =>
      void lines.push(`${level} ${message}`);
    const log = { info: line('info'), warn: line('warn') } as unknown as Logger;
    await checkAsteriskVersion({ version: () => Promise.resolve(version) } as AriConnection, log);
    return lines;
  }

  it('is used without a word of warning when the tests have passed with it', async () => {
    assert.deepEqual(await check('22.10.1+dfsg-1'), ['info Asterisk has a version that Legwork works with']);
  });

  it('is used with a warning when it is newer, too old, or nobody knows what it is', async () => {
    assert.match((await check('23.0.0'))[0] ?? '', /^warn Asterisk 23\.0\.0 has not been tried/);
    assert.match((await check('20.9.3'))[0] ?? '', /^warn Asterisk 20\.9\.3 is too old/);
    assert.match((await check('GIT-master-1'))[0] ?? '', /^warn .* no version/);
  });

  it('is refused when it ends with the first PONG', async () => {
    await assert.rejects(check('22.11.0-rc1'), SetupError);
  });
});
