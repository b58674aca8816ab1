import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { systemClock } from '../../../src/clock.ts';
import { PLAIN } from '../../../src/demo/timeline-rows.ts';
import { devCommand } from '../../../src/kit/dev/command.ts';
import { authorSender } from '../../../src/kit/world/author-sender.ts';
import type { HttpSender } from '../../../src/webhooks/http-request.ts';
import { ApplicationServer } from '../../support/application-server.ts';
import { AuthorFolder } from '../../support/kit-command.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Somebody at the keyboard of `legwork dev`, without a terminal. */
class Author {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly #input = new PassThrough();
  readonly #stop = new AbortController();
  readonly code: Promise<number>;

  constructor(sender: HttpSender, args: readonly string[]) {
    this.code = devCommand(args, {
      clock: systemClock,
      sender,
      dress: PLAIN,
      input: this.#input,
      stopped: this.#stop.signal,
      out: (line) => void this.lines.push(line),
      err: (line) => void this.errors.push(line),
      echo: () => undefined,
    });
  }

  types(...lines: readonly string[]): void {
    for (const line of lines) this.#input.write(`${line}\n`);
  }

  leaves(): Promise<number> {
    this.#input.end();
    return this.code;
  }

  stops(): Promise<number> {
    this.#stop.abort();
    return this.code;
  }

  sees(what: RegExp): Promise<void> {
    return waitUntil(`${what} on the screen:\n${this.lines.join('\n')}`, () =>
      this.lines.some((line) => what.test(line)),
    );
  }
}

describe('legwork dev', function () {
  this.timeout(60_000);
  let app: ApplicationServer;
  let sender: HttpSender;
  let folder: AuthorFolder;

  beforeEach(async () => {
    app = await ApplicationServer.start();
    folder = await AuthorFolder.make();
    sender = authorSender('0.0.0-test');
    app.reply('/status', { status: 204 });
  });

  afterEach(async () => {
    sender.close();
    await app.stop();
    await folder.remove();
  });

  const begin = (...args: readonly string[]) => new Author(sender, ['--url', app.url('/voice'), ...args]);

  it('shows what is heard, each request with its parameters, and each document', async () => {
    app.reply(
      '/voice',
      '<Response>\n  <Gather action="/pressed" numDigits="1"><Say>Press</Say></Gather>\n</Response>',
    );
    app.reply('/pressed', '<Response><Hangup/></Response>');
    const author = begin('--status-callback', app.url('/status'));
    await author.sees(/alice hears Say "Press"/);
    author.types('1');
    await author.sees(/The call is over: completed/);
    assert.equal(await author.leaves(), 0);
    const screen = author.lines.join('\n');
    assert.match(screen, /^ +\d+ {2}phone {5}alice calls \+15550001$/m);
    assert.match(screen, /^ +\d+ {2}A CA\w{4} {2}document .* POST \/voice$/m);
    assert.match(screen, /From=alice To=\+15550001 CallStatus=ringing Direction=inbound/);
    assert.match(screen, /^ {8}2 {4}<Gather action="\/pressed" numDigits="1"><Say>Press<\/Say><\/Gather>$/m);
    assert.match(screen, /^ +\d+ {2}phone {5}alice presses 1$/m);
    assert.match(screen, /^ +\d+ {2}A CA\w{4} {2}callback .* POST \/status$/m);
    assert.match(screen, /Digits=1/);
    assert.ok(app.requests.every((request) => request.signatureValid('legwork-author-token')));
  });

  it('marks mistakes below their line', async () => {
    app.reply('/voice', '<Response>\n  <Sya>Hello</Sya>\n</Response>');
    const author = begin();
    await author.sees(/The call is over/);
    await author.leaves();
    const at = author.lines.findIndex((line) => line.endsWith('<Sya>Hello</Sya>'));
    assert.match(author.lines[at + 1] ?? '', /^ {13}\^ warning: .*Sya.* Did you mean Say\?$/);
  });

  it('asks what a phone does that rings, and lets the callee press keys and hang up', async () => {
    app.reply(
      '/voice',
      '<Response><Dial action="/done"><Client url="/screen">bob</Client></Dial></Response>',
    );
    app.reply(
      '/screen',
      '<Response><Gather numDigits="1" action="/ok"><Say>A call</Say></Gather><Hangup/></Response>',
    );
    app.reply('/ok', '<Response/>');
    app.reply('/done', '<Response/>');
    const author = begin();
    await author.sees(/^bob's phone rings: \[a\]nswer, \[b\]usy, \[n\]o answer, \[d\]ecline$/);
    author.types('a', 't');
    await author.sees(/The keys are those of bob's phone now/);
    await author.sees(/bob hears Say "A call"/);
    author.types('1');
    await author.sees(/alice hears bob, connected/);
    author.types('h');
    await author.sees(/The call is over: completed/);
    await author.leaves();
    const [action] = app.to('/done');
    assert.deepEqual(
      [action?.params['DialCallStatus'], action?.params['DialBridged']],
      ['completed', 'true'],
    );
  });

  it('waits for a phone to ring before it is answered, and for the end of the call when the input has ended', async () => {
    app.reply(
      '/voice',
      '<Response><Pause length="1"/><Dial action="/done"><Client>bob</Client></Dial></Response>',
    );
    app.reply('/done', '<Response/>');
    const author = begin();
    author.types('b');
    assert.equal(await author.leaves(), 0);
    assert.equal(app.to('/done')[0]?.params['DialCallStatus'], 'busy');
    assert.match(author.lines.at(-1) ?? '', /^The call is over: completed/);
  });

  it('calls as somebody else', async () => {
    app.reply('/voice', '<Response><Pause length="60"/></Response>');
    const author = begin();
    await author.sees(/alice calls/);
    author.types('c dave');
    await author.sees(/dave calls/);
    author.types('h');
    await author.leaves();
    assert.deepEqual(
      app.to('/voice').map(({ params }) => params['From']),
      ['alice', 'dave'],
    );
  });

  it('hangs up when the user wants to stop', async () => {
    app.reply('/voice', '<Response><Say>Hello</Say><Pause length="60"/></Response>');
    const author = begin('--status-callback', app.url('/status'));
    await author.sees(/CallStatus=in-progress/);
    assert.equal(await author.stops(), 0);
    assert.equal(app.to('/status').at(-1)?.params['CallStatus'], 'completed');
  });

  it('writes a session as a scenario, which passes', async () => {
    app.reply(
      '/voice',
      '<Response><Gather action="/pressed" numDigits="1"><Say>Press 1 for bob</Say></Gather></Response>',
    );
    app.reply('/pressed', '<Response><Dial><Client>bob</Client></Dial></Response>');
    const author = begin('--record', folder.file('session.yaml'));
    await author.sees(/alice hears Say/);
    author.types('1', 'a');
    await author.sees(/alice hears bob, connected/);
    author.types('t', 'h');
    await author.sees(/Written to .*session\.yaml/);
    await author.leaves();
    const text = await folder.read('session.yaml');
    assert.match(text, /^url: \/voice$/m);
    assert.match(text, /^call: \{ from: alice, to: "\+15550001" \}$/m);
    assert.match(
      text,
      /^ {2}- expect: \{ say: Press 1 for bob \}\n {2}- press: "1"\n {2}- dial: \{ client: bob, does: answer, after: [\d.]+s, talks: [\d.]+s, hangs-up: callee \}$/m,
    );
    const { code, out } = await folder.test('--url', app.origin, '--update', folder.file('session.yaml'));
    assert.equal(code, 0, out);
  });

  it('lets requests meet with trouble', async () => {
    app.reply('/voice', '<Response><Say>Hello</Say></Response>');
    const author = begin('--chaos', '5xx:1', '--status-callback', app.url('/status'));
    await author.sees(/The call is over/);
    await author.leaves();
    assert.match(author.lines.join('\n'), /chaos +5xx/);
    assert.match(author.lines.join('\n'), /503 .*\(to \/voice\)/);
    assert.equal(app.to('/voice').length, 1);
  });

  it('says what is wrong in the command line', async () => {
    const author = new Author(sender, ['--url', 'voice']);
    assert.equal(await author.code, 2);
    assert.match(author.errors.join(''), /^--url must be an http or https URL\./);
  });
});
