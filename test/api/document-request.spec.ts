import assert from 'node:assert/strict';
import type { DocumentReply, DocumentRequest } from '../../src/call/documents.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

describe('A document that is asked for without a call', () => {
  let api: FakeApi;
  const asked: DocumentRequest[] = [];
  let reply: DocumentReply;
  beforeEach(async () => {
    asked.length = 0;
    api = await startFakeApi({
      askDocument: async (request) => {
        asked.push(request);
        return reply;
      },
    });
  });
  afterEach(() => api.close());

  const ask = (form: Readonly<Record<string, string>>) =>
    api.request('POST', 'DocumentRequest.json', { form });

  it('is asked for as the account does, each time with a token of its own, and read by the linter', async () => {
    reply = {
      ok: true,
      url: 'http://app.example/there',
      status: 200,
      contentType: 'text/xml',
      body: '<Response><Sya>Hi</Sya></Response>',
      durationMs: 14,
      timing: { dnsMs: 1, connectMs: 2, firstByteMs: 10, downloadMs: 1 },
    };
    const form = { Url: 'http://app.example/voice', Parameters: '{"To":"1000","X":["a","b"]}' };
    const { status, json } = await ask(form);
    assert.equal(status, 200);
    const { problems, ...rest } = json ?? {};
    assert.deepEqual(rest, {
      url: 'http://app.example/there',
      response_code: 200,
      error: null,
      error_code: null,
      request_duration: 14,
      timing: { wait: null, dns: 1, connect: 2, tls: null, first_byte: 10, download: 1 },
      content_type: 'text/xml',
      response_body: '<Response><Sya>Hi</Sya></Response>',
    });
    assert.match(String((problems as { message: string }[])[0]?.message), /Sya/);
    await ask({ Url: 'http://app.example/voice', Method: 'GET' });
    const [first, second] = asked;
    assert.deepEqual(
      asked.map(({ accountSid, url, method, parameters }) => ({ accountSid, url, method, parameters })),
      [
        {
          accountSid: api.main.sid,
          url: 'http://app.example/voice',
          method: 'POST',
          parameters: [
            ['To', '1000'],
            ['X', 'a'],
            ['X', 'b'],
          ],
        },
        { accountSid: api.main.sid, url: 'http://app.example/voice', method: 'GET', parameters: [] },
      ],
    );
    assert.notEqual(first?.token, second?.token);
  });

  it('that does not come says why', async () => {
    reply = {
      ok: false,
      url: 'http://app.example/voice',
      errorCode: 11200,
      message: 'The application server answered with status 500',
      status: 500,
      responseHead: 'oops',
      durationMs: 3,
    };
    const { json } = await ask({ Url: 'http://app.example/voice' });
    assert.deepEqual(
      [json?.['response_code'], json?.['error_code'], json?.['response_body'], json?.['problems']],
      [500, 11200, 'oops', []],
    );
  });

  it('is not asked for with parameters that are none, or without a URL', async () => {
    for (const form of [{ Url: 'ftp://a' }, {}, { Url: 'http://a.example', Parameters: '[1]' }]) {
      assert.equal((await ask(form as Record<string, string>)).status, 400, JSON.stringify(form));
    }
    assert.deepEqual(asked, []);
  });
});
