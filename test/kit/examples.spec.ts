import assert from 'node:assert/strict';
import { mkdtemp, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTestCommand } from '../support/kit-command.ts';
import { python } from '../support/python.ts';

/** docs/testing-your-application.md leads its readers to these. */
const EXAMPLES = [
  { name: 'node', scenarios: 3, start: async (folder: string) => `node ${folder}/app.mjs` },
  { name: 'express', scenarios: 3, start: async (folder: string) => `node ${folder}/app.mjs` },
  { name: 'python', scenarios: 2, start: async (folder: string) => `${await python()} ${folder}/app.py` },
];

describe('The examples of application servers', function () {
  this.timeout(60_000);

  for (const { name, scenarios, start } of EXAMPLES) {
    it(`pass their scenarios: ${name}`, async () => {
      const folder = `docs/examples/${name}`;
      const { code, out } = await runTestCommand([
        `${folder}/scenarios`,
        '--server',
        await start(folder),
        '--strict',
      ]);
      assert.equal(code, 0, out);
      assert.match(out, new RegExp(`^${scenarios} scenarios: ${scenarios} passed, 0 failed`, 'm'));
      const names = await readdir(`${folder}/scenarios`);
      assert.equal(names.filter((file) => file.endsWith('.requests')).length, scenarios);
    });
  }

  it('fail when the server does something else, as the page says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'legwork-example-'));
    try {
      await cp('docs/examples/node', folder, { recursive: true });
      const app = join(folder, 'app.mjs');
      await writeFile(app, (await readFile(app, 'utf8')).replace("=== 'busy'", "=== 'no-answer'"));
      const { code, out } = await runTestCommand([join(folder, 'scenarios'), '--server', `node ${app}`]);
      assert.equal(code, 1, out);
      assert.match(out, /^FAIL {2}bob is busy, carol takes it/m);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are refused by Express when the AuthToken is another one', async () => {
    const args = ['docs/examples/express/scenarios/says-nothing.yaml'];
    const server = 'AUTH_TOKEN=another node docs/examples/express/app.mjs';
    const { code, out } = await runTestCommand([...args, '--server', server]);
    assert.equal(code, 1, out);
    assert.match(out, /error: The application server answered with status 403/);
  });

  it('may listen on IPv6 alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'legwork-example-'));
    try {
      const app = (await readFile('docs/examples/node/app.mjs', 'utf8')).replace("'127.0.0.1'", "'::1'");
      await writeFile(join(folder, 'app.mjs'), app);
      const args = ['docs/examples/node/scenarios', '--server', `node ${folder}/app.mjs`];
      const { code, out } = await runTestCommand(args);
      assert.equal(code, 0, out);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that do not start are said to, with exit code 2', async () => {
    const args = ['docs/examples/node/scenarios', '--server', 'echo No such thing; exit 3'];
    const { code, err } = await runTestCommand(args);
    assert.equal(code, 2);
    assert.match(err, /^The server \(echo No such thing; exit 3\) ended with 3\. It said:\nNo such thing$/);
  });
});
