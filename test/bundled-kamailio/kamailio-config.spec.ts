import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { renderConfig } from '../../src/bundled-asterisk/config-files.ts';
import { kamailioDatabase, kamailioValues } from '../../src/bundled-kamailio/kamailio-config.ts';
import { acceptsKamailio } from '../../src/bundled-kamailio/kamailio-program.ts';

const TEMPLATES = fileURLToPath(new URL('../../asterisk-config/kamailio', import.meta.url));
const SETTINGS = {
  host: '10.0.0.7',
  port: 5060,
  domains: [{ host: 'voice.example.com' }, { host: '10.0.0.7', port: 5060 }],
  databaseUrl: 'postgres://legwork:secret@10.0.0.9:5433/legwork',
  key: 'ab12',
  guessesPerMinute: 10,
};
const FOLDERS = { moduleDir: '/usr/lib/kamailio/modules', runDir: '/data/kamailio/run' };

describe("Kamailio's configuration", () => {
  it('is rendered from all settings, each of which it uses', async () => {
    const files = await renderConfig(TEMPLATES, kamailioValues(SETTINGS, FOLDERS));
    const config = files.get('kamailio.cfg') ?? '';
    for (const line of [
      'listen=udp:10.0.0.7:5060\nlisten=tcp:10.0.0.7:5060\n',
      'alias="legwork"\nalias="voice.example.com"\nalias="10.0.0.7:5060"\n',
      'modparam("usrloc", "db_url", "postgres://legwork:secret@10.0.0.9:5433/legwork")',
      '$proto == "tcp" && $hdr(X-Legwork-Key) == "ab12"',
      'mpath="/usr/lib/kamailio/modules/"',
    ]) {
      assert.ok(config.includes(line), line);
    }
  });

  it('has the database as Kamailio reads it, without encoding', () => {
    assert.equal(kamailioDatabase('postgresql://leg%2Ework@db/voice'), 'postgres://leg.work@db/voice');
  });

  it('refuses a database that Kamailio would read as another one, and does not show the password', () => {
    for (const url of [
      'postgres://u:p%40ss@db/n',
      'postgres://u:pw@db/n?sslmode=require',
      'postgres://u:p%22@db/n',
    ]) {
      assert.throws(
        () => kamailioDatabase(url),
        (error: Error) => /DATABASE_URL/.test(error.message) && !/p@ss|p%40ss/.test(error.message),
        url,
      );
    }
  });

  it('is for 6.1 and what follows it', () => {
    assert.equal(acceptsKamailio('version: kamailio 6.1.5 (x86_64/linux)'), true);
    assert.equal(acceptsKamailio('version: kamailio 5.6.3 (x86_64/linux)'), false);
    assert.equal(acceptsKamailio('version: kamailio 7.0.0 (x86_64/linux)'), false);
  });
});
