import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  configFolderEquals,
  renderConfig,
  renderConfigFolder,
} from '../../src/bundled-asterisk/config-files.ts';
import { configValues } from '../../src/bundled-asterisk/config-values.ts';

const TEMPLATES = fileURLToPath(new URL('../../asterisk-config', import.meta.url));

describe("Asterisk's configuration", () => {
  let templates = '';

  beforeEach(async () => {
    templates = await mkdtemp(join(tmpdir(), 'legwork-config-'));
  });

  afterEach(async () => {
    await rm(templates, { recursive: true });
  });

  it('gets its placeholders filled, a list as lines', async () => {
    await writeFile(join(templates, 'a.conf'), 'x = {{port}}\n{{lines}}\n');
    const files = await renderConfig(templates, { port: 5060, lines: ['b = 1', 'c = 2'] });
    assert.deepEqual([...files], [['a.conf', 'x = 5060\nb = 1\nc = 2\n']]);
  });

  it('refuses a placeholder without value', async () => {
    await writeFile(join(templates, 'a.conf'), 'x = {{port}}');
    await assert.rejects(renderConfig(templates, {}), /a\.conf: no value for \{\{port\}\}/);
  });

  it('refuses a value that no file uses', async () => {
    await writeFile(join(templates, 'a.conf'), 'x = 1');
    await assert.rejects(renderConfig(templates, { port: 1 }), /uses port/);
  });

  for (const value of ['a\nb', 'a;b']) {
    it(`refuses the value ${JSON.stringify(value)}, which would change other lines`, async () => {
      await writeFile(join(templates, 'a.conf'), 'x = {{name}}');
      await assert.rejects(renderConfig(templates, { name: value }), /cannot stand/);
    });
  }

  it('is written for its owner alone, replaces what was there, and is compared', async () => {
    await writeFile(join(templates, 'a.conf'), 'x = {{name}}');
    const out = join(templates, '../', `${templates}-out`);
    await renderConfigFolder(templates, out, { name: 'one' });
    await writeFile(join(out, 'old.conf'), '');
    await renderConfigFolder(templates, out, { name: 'two' });
    assert.equal(await readFile(join(out, 'a.conf'), 'utf8'), 'x = two');
    assert.equal((await stat(join(out, 'a.conf'))).mode & 0o777, 0o600);
    assert.equal(await configFolderEquals(out, new Map([['a.conf', 'x = two']])), true);
    assert.equal(await configFolderEquals(out, new Map([['a.conf', 'x = one']])), false);
    assert.equal(await configFolderEquals(out, new Map()), false);
    await rm(out, { recursive: true });
  });

  describe('of this project', () => {
    const paths = { etcDir: '/e', moduleDir: '/m', dataDir: '/d', stateDir: '/s', runDir: '/r' };
    const ari = { host: '127.0.0.1', port: 8088, username: 'u', password: 'p', permit: '127.0.0.1' };
    const settings = {
      sipHost: '127.0.0.1',
      sipPort: 5060,
      rtpMin: 10000,
      rtpMax: 12000,
      ariApp: 'my-app',
      maxCalls: 10,
    };

    it('lets a SIP peer reach nothing but Stasis, without arguments', async () => {
      const dialplan = await rendered('extensions.conf');
      const applications = [...dialplan.matchAll(/^(?:exten =>[^,]*,1| same => n(?:\(\w+\))?),(\w+)/gm)];
      assert.deepEqual(
        new Set(applications.map(([, name]) => name)),
        new Set(['Goto', 'GotoIf', 'Hangup', 'Ringing', 'Set', 'Stasis', 'Wait']),
      );
      assert.match(dialplan, /,Stasis\(my-app\)$/m);
      assert.doesNotMatch(dialplan, /\$\{EXTEN\}/);
    });

    it('loads no module that could run programs or other dialplan', async () => {
      const modules = await rendered('modules.conf');
      assert.match(modules, /^autoload = no$/m);
      for (const name of [
        'app_dial',
        'app_system',
        'func_shell',
        'func_curl',
        'res_pjsip_endpoint_identifier_anonymous',
      ]) {
        assert.doesNotMatch(modules, new RegExp(`^load = ${name}\\.so`, 'm'));
      }
    });

    it('binds SIP and media to the address of SIP', async () => {
      const pjsip = await rendered('pjsip.conf');
      assert.match(pjsip, /^bind = 127\.0\.0\.1:5060$/m);
      assert.match(pjsip, /^media_address = 127\.0\.0\.1\nbind_rtp_to_media_address = yes$/m);
      assert.doesNotMatch(pjsip, /external_/);
    });

    it('leaves media unbound where SIP is on every address', async () => {
      assert.doesNotMatch(await rendered('pjsip.conf', { sipHost: '0.0.0.0' }), /media_address/);
    });

    it('advertises EXTERNAL_ADDRESS, but not to private networks', async () => {
      const pjsip = await rendered('pjsip.conf', { externalAddress: '192.0.2.1' });
      assert.match(pjsip, /^external_signaling_address = 192\.0\.2\.1$/m);
      assert.match(pjsip, /^external_media_address = 192\.0\.2\.1$/m);
      assert.match(pjsip, /^local_net = 10\.0\.0\.0\/8$/m);
    });

    async function rendered(file: string, changes: object = {}): Promise<string> {
      const values = await configValues(paths, ari, { ...settings, ...changes });
      return (await renderConfig(TEMPLATES, values)).get(file) ?? '';
    }
  });
});
