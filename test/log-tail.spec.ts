import assert from 'node:assert/strict';
import { LogTail } from '../src/log-tail.ts';
import { createLogger } from '../src/logger.ts';

function tail(): { readonly lines: LogTail; readonly log: ReturnType<typeof createLogger> } {
  const lines = new LogTail();
  return { lines, log: createLogger('debug', { write: () => undefined }, false, (line) => lines.add(line)) };
}

describe("The log's last lines", () => {
  it('are those of a level and worse, the newest last, with their fields', () => {
    const { lines, log } = tail();
    log.info({ path: '/health' }, 'HTTP request');
    log.child({ CallSid: 'CA1' }).warn({ attempt: 2 }, 'Asterisk is away');
    log.error({ error: { code: 'ENOSPC' } }, 'The disk is full');
    assert.deepEqual(
      lines.last('warn', 10).map(({ at: _at, ...line }) => line),
      [
        { n: 2, level: 'warn', message: 'Asterisk is away', fields: { CallSid: 'CA1', attempt: 2 } },
        { n: 3, level: 'error', message: 'The disk is full', fields: { error: { code: 'ENOSPC' } } },
      ],
    );
    assert.ok(Math.abs(Number(lines.last('error', 1)[0]?.at) - Date.now()) < 60_000);
    assert.deepEqual(
      lines.last('info', 2).map(({ n }) => n),
      [2, 3],
    );
  });

  it('have no token, password or digit in them, whoever wrote it', () => {
    const { lines, log } = tail();
    const secrets = {
      authToken: 'secret-1',
      ari: { password: 'secret-2' },
      deep: { deeper: { userPassword: 'secret-3', cookie: 'secret-4' } },
      list: [{ api_key: 'secret-5' }],
      Digits: 'secret-6',
      pressedDigits: 'secret-7',
      url: 'postgres://legwork:secret-8@db/legwork',
      tooDeep: { a: { b: { c: { d: 'secret-9' } } } },
    };
    log.warn(secrets, 'said');
    const [line] = lines.last('warn', 1);
    assert.doesNotMatch(JSON.stringify(line), /secret-/);
    assert.equal(line?.fields['url'], 'postgres://legwork:[hidden]@db/legwork');
  });

  it('are not pushed out by what is less bad: requests of a minute leave the error of an hour ago', () => {
    const { lines, log } = tail();
    log.error({}, 'an hour ago');
    for (let count = 0; count < 5_000; count += 1) log.info({ count }, 'HTTP request');
    assert.equal(lines.last('warn', 10)[0]?.message, 'an hour ago');
    assert.equal(lines.last('info', 1_000).length, 501);
    assert.equal(lines.last('info', 1)[0]?.fields['count'], 4_999);
  });

  it('show a very long one without its fields, and ignore what is no line', () => {
    const { lines, log } = tail();
    log.warn({ text: 'x'.repeat(10_000) }, 'long');
    lines.add('not JSON\n');
    lines.add('{"level":40,"time":1,"msg":\n');
    assert.deepEqual(
      lines.last('trace', 10).map(({ message, fields }) => [message, fields]),
      [['long', {}]],
    );
  });
});
