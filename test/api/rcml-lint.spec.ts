import assert from 'node:assert/strict';
import { rcmlLintRoutes } from '../../src/api/rcml-lint/routes.ts';
import { RCML_LINT } from '../../src/api/rcml-lint/presenter.ts';
import type { ApiReply } from '../../src/api/reply.ts';
import type { RoutedRequest } from '../../src/api/route.ts';
import type { FetchDocument } from '../../src/rcml/lint/lint-fetch.ts';
import { CompileTurns } from '../../src/rcml/document/compile-turns.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startFakeApi } from '../support/fake-api.ts';

const ACCOUNT = 'AC1';
const END = '--><Pause/></Response>';
const TYPO = '<Response>\n <Say vioce="x">a</Say><Play>b.wav</Play></Response>';
const PROBLEM = {
  level: 'warning',
  error_code: 12200,
  message: '<Say> has no attribute vioce; it is ignored.',
  line: 2,
  column: 2,
  element: 'Say',
  attribute: 'vioce',
  allowed: ['voice', 'language', 'loop'],
  did_you_mean: 'voice',
};

describe('P/RcmlLint', () => {
  const asked: string[] = [];
  const clock = new FakeClock();
  const turns = new CompileTurns(clock);
  const fetchDocument: FetchDocument = (url, method) => {
    asked.push(`${method} ${url}`);
    if (url.includes('away')) return Promise.resolve({ ok: false, message: 'The connection was refused' });
    return Promise.resolve({ ok: true, source: { text: TYPO, contentType: 'text/xml', url }, findings: [] });
  };
  beforeEach(() => asked.splice(0));

  function lint(form: Readonly<Record<string, string>>, fetch = true): Promise<ApiReply> {
    const [route] = rcmlLintRoutes({ fetchDocument: fetch ? fetchDocument : undefined, turns });
    assert(route !== undefined);
    const entries = Object.entries(form).map(([name, value]) => [name, [value]] as const);
    const request = {
      sent: { form: new Map(entries), query: new Map() },
      variables: {},
      asking: { sid: ACCOUNT },
    };
    return route.handle(request as unknown as RoutedRequest);
  }
  const value = (reply: ApiReply) => (reply.content?.kind === 'one' ? reply.content.value : undefined);

  it('says what is wrong with a document', async () => {
    const reply = await lint({ Rcml: TYPO, BaseUrl: 'http://app.test/' });
    assert.equal(reply.status, 200);
    assert.deepEqual(value(reply), { errors: 0, warnings: 1, notes: 0, problems: [PROBLEM] });
  });

  it('says why a document is refused, and notes relative URLs of one whose own URL nobody knows', async () => {
    const reply = await lint({ Rcml: '<Response><Play>b.wav</Play>' });
    assert.deepEqual(value(reply), {
      errors: 1,
      warnings: 0,
      notes: 0,
      problems: [
        {
          level: 'error',
          error_code: 12100,
          message: '<Response> is not closed.',
          line: 1,
          column: 1,
          element: null,
          attribute: null,
          allowed: null,
          did_you_mean: null,
        },
      ],
    });
    assert.equal(value(await lint({ Rcml: TYPO }))?.['notes'], 1);
  });

  it('fetches the document of a URL', async () => {
    const reply = await lint({ Url: 'http://app.test/voice', Method: 'post' });
    assert.deepEqual(asked, ['POST http://app.test/voice']);
    assert.deepEqual(value(reply), { errors: 0, warnings: 1, notes: 0, problems: [PROBLEM] });
    await lint({ Url: 'http://app.test/voice' });
    assert.equal(asked[1], 'GET http://app.test/voice');
  });

  const refused: readonly (readonly [
    form: Readonly<Record<string, string>>,
    code: number,
    message: RegExp,
  ])[] = [
    [{}, 20001, /^Rcml \(a document\) or Url is required$/],
    [{ Url: '/relative' }, 21205, /^Url must be an absolute http or https URL/],
    [{ Rcml: TYPO, BaseUrl: 'x' }, 21205, /^BaseUrl must be/],
    [{ Url: 'http://a.test/', Method: 'PUT' }, 21209, /^Method must be GET or POST$/],
    [{ Url: 'http://away.test/' }, 21205, /^Url cannot be read: The connection was refused$/],
  ];
  for (const [form, code, message] of refused) {
    it(`refuses ${JSON.stringify(form)}`, async () => {
      await assert.rejects(lint(form), { status: 400, code, message });
    });
  }

  it('checks the large documents of an account one after the other, with rests, and refuses more while ten are waiting', async () => {
    const large = `${'<Response><!--'.padEnd(5000 - END.length, 'x')}${END}`;
    const asker = { accountSid: ACCOUNT, signal: new AbortController().signal };
    const source = { text: large, contentType: '' };
    await turns.run(source, asker, () => clock.heldUp(100));
    let checked = 0;
    const waiting = Array.from({ length: 10 }, () => lint({ Rcml: large }).then(() => (checked += 1)));
    await assert.rejects(lint({ Rcml: large }), {
      status: 429,
      code: 20429,
      message: 'Too many large documents of this account are being checked',
    });
    assert.equal((await lint({ Rcml: TYPO })).status, 200);
    await clock.advance(401);
    assert.equal(checked, 0);
    await clock.advance(1);
    assert.equal(checked, 1);
    await clock.advance(9 * 2);
    await Promise.all(waiting);
    assert.equal(clock.timers, 0);
  });

  it('is there over HTTP, in JSON and in XML', async () => {
    const api = await startFakeApi();
    const form = { Rcml: TYPO, BaseUrl: 'http://app.test/' };
    const json = await api.request('POST', 'RcmlLint.json', { form });
    const xml = await api.request('POST', 'RcmlLint', { form });
    await api.close();
    assert.deepEqual([json.status, RCML_LINT.schema.parse(json.json).problems], [200, [PROBLEM]]);
    assert.match(xml.text, /<RcmlLint>\s*<Errors>0<\/Errors>.*<DidYouMean>voice<\/DidYouMean>/s);
  });

  it('says so where nothing may be fetched', async () => {
    await assert.rejects(lint({ Url: 'http://a.test/' }, false), { status: 400, code: 21205 });
  });
});
