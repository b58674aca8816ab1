import assert from 'node:assert/strict';
import { FailureLimiter } from '../../src/api/http/failure-limiter.ts';
import { KnownCalls } from '../../src/web-phones/known-calls.ts';
import { type MessageSocket, WebPhone } from '../../src/web-phones/web-phone.ts';
import { FakeLog } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { registerOf, replyTo, type Request } from '../support/sip-messages.ts';

/** One side, with all that was done to it. */
class FakeSocket implements MessageSocket {
  readonly sent: string[] = [];
  readonly done: string[] = [];
  unsentBytes = 0;
  send(message: Uint8Array | string): void {
    this.sent.push(typeof message === 'string' ? message : Buffer.from(message).toString());
  }
  close(code: number, reason: string): void {
    this.done.push(`close ${code} ${reason}`);
  }
  terminate(): void {
    this.done.push('terminate');
  }
  ping(): void {
    this.done.push('ping');
  }
}

function setUp(isLive: (callId: string) => boolean = () => false) {
  const [browser, asterisk] = [new FakeSocket(), new FakeSocket()];
  const [clock, log] = [new FakeClock(), new FakeLog()];
  const wrongPasswords = new FailureLimiter(clock);
  const signedIn: string[] = [];
  const phone = new WebPhone(
    { browser, asterisk },
    { address: '192.0.2.1', port: 40_000 },
    { clock, log, wrongPasswords, calls: new KnownCalls(isLive), onSignedIn: (name) => signedIn.push(name) },
  );
  const send = (text: string) => phone.fromBrowser(Buffer.from(text), false);
  const reply = (text: string) => phone.fromAsterisk(Buffer.from(text), false);
  /** What became of a request: it was passed on, or the status that it got. */
  const fate = (request: Request) => {
    const [passed, answered] = [asterisk.sent.length, browser.sent.length];
    send(registerOf(request));
    if (asterisk.sent.length > passed) return 'passed';
    const status = /^SIP\/2\.0 (\d+)/.exec(browser.sent[answered] ?? '')?.[1];
    return status === undefined ? 'dropped' : Number(status);
  };
  return { browser, asterisk, clock, log, phone, signedIn, send, reply, fate };
}

describe('A browser phone', () => {
  it('exchanges messages with Asterisk, unchanged', () => {
    const { asterisk, browser, send, reply } = setUp();
    send(registerOf());
    reply(replyTo({}, 401));
    assert.deepEqual([asterisk.sent, browser.sent], [[registerOf()], [replyTo({}, 401)]]);
  });

  it('begins only what its own name begins', () => {
    const { fate } = setUp();
    assert.equal(fate({}), 'passed');
    for (const from of ['alice', 'carrier', '15551234', 'rc-out', 'TK1', '~web', 'a%00~web', 'alice~web;x']) {
      const other = setUp();
      for (const method of ['REGISTER', 'INVITE', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE', 'CANCEL']) {
        assert.equal(other.fate({ from, method, to: '1000' }), 403, `${method} from ${from}`);
      }
    }
    assert.equal(fate({ to: 'bob' }), 403, 'REGISTER for somebody else');
    assert.equal(fate({ from: 'alice', toTag: '9' }), 403, 'REGISTER with a tag');
  });

  it('goes on only with calls that are known', () => {
    const { fate, reply } = setUp((callId) => callId === 'from before a restart');
    const bye = { method: 'BYE', from: 'made-up', to: 'x', toTag: '9' };
    assert.equal(fate({ ...bye, callId: 'nobody-s' }), 481);
    assert.equal(fate({ ...bye, from: 'alice~web', callId: 'nobody-s' }), 481);
    assert.equal(fate({ ...bye, method: 'ACK', callId: 'nobody-s' }), 'dropped');
    reply(registerOf({ method: 'INVITE', from: '1000', to: 'alice~web', callId: 'incoming' }));
    assert.equal(fate({ ...bye, callId: 'incoming' }), 'passed');
    const invite = { method: 'INVITE', to: '1000', callId: 'outgoing' };
    assert.equal(fate(invite), 'passed');
    reply(replyTo(invite, 100));
    reply(replyTo(invite, 401));
    assert.equal(fate({ ...bye, callId: 'outgoing' }), 481, 'before it was accepted');
    assert.equal(fate({ ...invite, method: 'ACK', toTag: '2' }), 'passed', 'the ACK of a refused INVITE');
    reply(replyTo(invite, 180));
    assert.equal(fate({ ...bye, callId: 'outgoing' }), 'passed');
    const { fate: later } = setUp((callId) => callId === 'before-a-restart');
    assert.equal(later({ ...bye, callId: 'before-a-restart' }), 'passed');
  });

  it('is known by the token with which it has registered', () => {
    const { phone, reply, send, signedIn } = setUp();
    const request = { credentials: 'tkabc' };
    send(registerOf(request));
    assert.equal(phone.username, undefined);
    reply(replyTo(request, 200));
    assert.deepEqual([phone.username, phone.userAgent, signedIn], ['tkabc', 'JsSIP 3.13.8', ['tkabc']]);
  });

  it('is refused after ten wrong passwords in a minute; a challenge that is too old is none', async () => {
    const { clock, fate, log, reply } = setUp();
    for (let tried = 1; tried <= 10; tried += 1) {
      const stale = { credentials: 'tkabc', cseq: 100 + tried };
      fate(stale);
      reply(replyTo(stale, 401, ['WWW-Authenticate: Digest realm="legwork", stale=true']));
      const request = { credentials: 'tkabc', cseq: tried };
      assert.equal(fate(request), 'passed');
      reply(replyTo(request, 401, ['WWW-Authenticate: Digest realm="legwork"']));
      await clock.advance(1_000);
    }
    assert.equal(fate({ credentials: 'tkabc', cseq: 20 }), 403);
    assert.equal(fate({ cseq: 21 }), 'passed', 'without a password nothing is guessed');
    assert.equal(log.lines.length, 10);
    assert.match(log.lines[0] ?? '', /"address":"192.0.2.1","login":"alice"/);
    assert.ok(!log.lines.join().includes('tkabc'));
    await clock.advance(60_000);
  });

  it('is closed when it sends what is no SIP', () => {
    const { browser, asterisk, send } = setUp();
    send('hello');
    assert.deepEqual(
      [browser.done, asterisk.done, asterisk.sent],
      [['close 1002 Not one whole SIP message'], ['close 1000 '], []],
    );
  });

  it('is closed when it sends more than thirty messages in a second', async () => {
    const { browser, clock, send } = setUp();
    for (let sent = 0; sent < 30; sent += 1) send(registerOf());
    await clock.advance(500);
    for (let sent = 0; sent < 15; sent += 1) send(registerOf());
    assert.deepEqual(browser.done, []);
    send(registerOf());
    assert.deepEqual(browser.done, ['close 1008 Too many messages']);
  });

  it('is closed when nobody signs in within 30 s', async () => {
    const { browser, clock, phone } = setUp();
    await clock.advance(25_000);
    phone.ponged();
    await clock.advance(4_999);
    assert.deepEqual(browser.done, ['ping']);
    await clock.advance(1);
    assert.deepEqual(browser.done, ['ping', 'close 1008 Nobody has signed in']);
  });

  it('stays as long as it answers pings, and is gone 20 s after one that it does not', async () => {
    const { asterisk, browser, clock, phone, reply, send } = setUp();
    send(registerOf({ credentials: 'tk' }));
    reply(replyTo({}, 200));
    for (let pinged = 0; pinged < 3; pinged += 1) {
      await clock.advance(25_000);
      phone.ponged();
    }
    await clock.advance(25_000 + 19_999);
    assert.deepEqual(browser.done, ['ping', 'ping', 'ping', 'ping']);
    await clock.advance(1);
    assert.deepEqual([browser.done.at(-1), asterisk.done], ['terminate', ['close 1000 ']]);
  });

  it('is gone when it does not read', () => {
    const { browser, reply } = setUp();
    browser.unsentBytes = 2_000_000;
    reply(replyTo({}, 200));
    assert.deepEqual(browser.done, ['terminate']);
  });

  it('has its keep-alives answered here, and does not see those of Asterisk', () => {
    const { asterisk, browser, send, reply } = setUp();
    send('\r\n\r\n');
    send('\r\n');
    reply('\r\n\r\n');
    assert.deepEqual([browser.sent, asterisk.sent], [['\r\n'], []]);
  });
});
