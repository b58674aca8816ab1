import assert from 'node:assert/strict';
import { AsteriskKeeper } from '../../src/bundled-asterisk/asterisk-keeper.ts';
import type { BundledAsterisk } from '../../src/bundled-asterisk/bundled-asterisk.ts';
import { createLogger } from '../../src/logger.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** An Asterisk that ends when it is told to, or when the test says so. */
function fakeAsterisk(pid: number, told: string[]) {
  let end: () => void = () => undefined;
  const exited = new Promise<void>((resolve) => {
    end = resolve;
  });
  const asterisk: BundledAsterisk = {
    ariUrl: 'http://127.0.0.1:1',
    username: 'u',
    password: 'p',
    sip: { host: '127.0.0.1', port: 5060 },
    adopted: false,
    pid,
    exited,
    stop: () => {
      told.push(`stop ${pid}`);
      end();
      return exited;
    },
    leave: () => {
      told.push(`leave ${pid}`);
      end();
    },
  };
  return { asterisk, end: () => end() };
}

describe('The keeper of the bundled Asterisk', () => {
  let told: string[];
  let clock: FakeClock;
  let answers: boolean[];
  let failures: number;
  let first: ReturnType<typeof fakeAsterisk>;
  let keeper: AsteriskKeeper;

  beforeEach(() => {
    told = [];
    clock = new FakeClock();
    answers = [];
    failures = 0;
    first = fakeAsterisk(1, told);
    let pid = 1;
    keeper = new AsteriskKeeper({
      first: first.asterisk,
      start: () => {
        if (failures > 0) {
          failures -= 1;
          told.push('failed');
          return Promise.reject(new Error('no'));
        }
        pid += 1;
        told.push(`start ${pid}`);
        return Promise.resolve(fakeAsterisk(pid, told).asterisk);
      },
      isSipAlive: () => Promise.resolve(answers.shift() ?? true),
      clock,
      log: createLogger('silent', process.stdout, false),
    });
  });
  afterEach(async () => {
    await Promise.all([keeper.stop(), clock.advance(20_000)]);
  });

  it('starts it again when it has ended, as often as it takes', async () => {
    failures = 2;
    first.end();
    await clock.advance(2_500);
    assert.deepEqual(told, ['failed', 'failed', 'start 2']);
  });

  it('ends and starts again one that is deaf to SIP three times in a row', async () => {
    answers = [false, false, false];
    await clock.advance(29_000);
    assert.deepEqual(told, []);
    await clock.advance(1_500);
    assert.deepEqual(told, ['stop 1', 'start 2']);
  });

  it('leaves one alone that answers now and then', async () => {
    answers = [false, false, true, false, false, true, false];
    await clock.advance(80_000);
    assert.deepEqual(told, []);
  });
});
