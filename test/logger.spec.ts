import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LOGGER = fileURLToPath(new URL('../src/logger.ts', import.meta.url));

describe('The log', () => {
  it('is JSON lines where nobody looks, with secrets hidden', () => {
    const [line, ...rest] = logged(
      "createLogger('info', process.stdout, false).info({ CallSid: 'CA1', authToken: 'a', ari: { password: 'p' }, request: { headers: { authorization: 'b' } }, digits: '1' }, 'said')",
    );
    const { level, CallSid, authToken, ari, request, digits, msg } = JSON.parse(line ?? '') as Record<
      string,
      unknown
    >;
    const hidden = '[hidden]';
    assert.deepEqual(
      { level, CallSid, authToken, ari, request, digits, msg, rest },
      {
        level: 30,
        CallSid: 'CA1',
        authToken: hidden,
        ari: { password: hidden },
        request: { headers: { authorization: hidden } },
        digits: hidden,
        msg: 'said',
        rest: [],
      },
    );
  });

  it('is readable on a terminal', () => {
    const [line] = logged("createLogger('info', process.stdout, true).info({ CallSid: 'CA1' }, 'said')");
    assert.match(line ?? '', /INFO.*said/);
  });

  it('leaves out what is below LOG_LEVEL', () => {
    assert.deepEqual(logged("createLogger('warn', process.stdout, false).info('said')"), []);
  });
});

function logged(statement: string): readonly string[] {
  const script = `import { createLogger } from ${JSON.stringify(LOGGER)}; ${statement};`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(done.stderr, '');
  return done.stdout.split('\n').filter((line) => line !== '');
}
