import assert from 'node:assert/strict';
import type { DocumentReply, DocumentRequest, Documents } from '../../src/call/documents.ts';

/** What an application server answers; without a status: 200. */
export interface ServerAnswer {
  readonly status?: number;
  readonly contentType?: string;
  readonly body?: string;
  readonly setCookie?: readonly string[];
}

/** A request as an application server received it. */
export type SeenRequest = Pick<DocumentRequest, 'url' | 'method' | 'parameters' | 'token'> & {
  /** The Cookie header. */
  readonly cookie: string | undefined;
};

/** Documents, and the application server that they come from. */
export interface DocumentsWorld {
  readonly documents: Documents;
  readonly accountSid: string;
  /** A URL of the application server. */
  readonly url: (path: string) => string;
  /** What it answers at a path; anywhere else it answers 404 with nothing. */
  readonly answer: (path: string, answer: ServerAnswer) => void;
  /** It redirects from one path to the other, where it answers with this document. */
  readonly redirect: (from: string, to: string, body: string) => void;
  /** What it received, in order. */
  readonly seen: () => readonly SeenRequest[];
  /** A URL at which nobody listens. */
  readonly unreachable: string;
}

const HANG_UP = '<Response><Hangup/></Response>';
const NOT_THERE = {
  errorCode: 11200,
  message: 'The application server answered with status 404',
  status: 404,
};

/** What the core relies on, wherever its documents come from: over HTTP, or from what stands for it in other tests. */
export function keepsToTheDocumentsContract(the: () => DocumentsWorld): void {
  const { request, replyTo } = asking(the);

  it('brings a document, where it was found and what it is', async () => {
    the().answer('/voice', { status: 201, contentType: 'Application/XML; charset="UTF-8"', body: HANG_UP });
    assert.deepEqual(await replyTo(request('/voice')), {
      ok: true,
      url: the().url('/voice'),
      status: 201,
      contentType: 'application/xml',
      body: HANG_UP,
    });
  });

  it('brings an empty document, which may have no type', async () => {
    the().answer('/voice', { status: 204, contentType: '' });
    assert.deepEqual(await replyTo(request('/voice')), {
      ok: true,
      url: the().url('/voice'),
      status: 204,
      contentType: '',
      body: '',
    });
  });

  it('says that the answer is a sound, which it does not read', async () => {
    the().answer('/sound', { contentType: 'audio/mpeg', body: 'ID3' });
    const reply = await replyTo(request('/sound'));
    assert.deepEqual([reply.ok && reply.contentType, reply.ok && reply.body], ['audio/mpeg', '']);
  });

  for (const method of ['GET', 'POST'] as const) {
    it(`asks by ${method} with the parameters in their order and the token`, async () => {
      the().answer('/voice', { body: HANG_UP });
      const parameters = [
        ['CallSid', 'CA1'],
        ['Digits', '1'],
        ['Digits', '#*'],
      ] as const;
      await replyTo({ ...request('/voice'), method, parameters, token: 'T7' });
      assert.deepEqual(the().seen(), [
        { url: the().url('/voice'), method, parameters, token: 'T7', cookie: undefined },
      ]);
    });
  }

  it('tells the URL at which the document was found after redirects', async () => {
    the().redirect('/old', '/new', HANG_UP);
    const reply = await replyTo(request('/old'));
    assert.deepEqual([reply.url, reply.ok && reply.body], [the().url('/new'), HANG_UP]);
  });

  it('says that the application server has no such document', async () => {
    assert.deepEqual(await replyTo(request('/none')), { ok: false, url: the().url('/none'), ...NOT_THERE });
  });

  it('tells the status of an application server that is ill, and how its answer begins', async () => {
    the().answer('/voice', { status: 503, contentType: 'text/plain', body: 'Sorry' });
    assert.deepEqual(await replyTo(request('/voice')), {
      ok: false,
      url: the().url('/voice'),
      errorCode: 11200,
      message: 'The application server answered with status 503',
      status: 503,
      responseHead: 'Sorry',
    });
  });

  it('says that an application server cannot be reached, which is no status', async () => {
    const url = the().unreachable;
    assert.deepEqual(await replyTo({ ...request('/'), url }), {
      ok: false,
      url,
      errorCode: 11205,
      message: 'The connection was refused (ECONNREFUSED)',
    });
  });

  for (const url of ['http://', 'ftp://app.test/voice', 'voice.xml', '']) {
    it(`asks nobody for "${url}"`, async () => {
      assert.deepEqual(await replyTo({ ...request('/'), url }), {
        ok: false,
        url: '(not an HTTP URL)',
        errorCode: 11100,
        message: 'The URL is not a valid HTTP URL',
      });
      assert.deepEqual(the().seen(), []);
    });
  }

  it('keeps user and password in the URL of a document, and shows them nowhere else', async () => {
    the().answer('/voice', { body: HANG_UP });
    const at = (path: string) => the().url(path).replace('http://', 'http://u:p@');
    assert.equal((await replyTo({ ...request('/'), url: at('/voice') })).url, at('/voice'));
    assert.equal((await replyTo({ ...request('/'), url: at('/none') })).url, the().url('/none'));
  });

  it('sends the cookies of the call, and takes what the application server sets', async () => {
    const { documents, answer, seen } = the();
    answer('/voice', { body: HANG_UP, setCookie: ['sid=1; Path=/', 'step=1; Path=/'] });
    answer('/ill', { status: 500, setCookie: ['step=2; Path=/'] });
    const cookies = documents.cookies();
    for (const path of ['/voice', '/ill', '/voice']) await replyTo({ ...request(path), cookies });
    await replyTo(request('/voice'));
    await replyTo({ ...request('/voice'), cookies: documents.cookies() });
    assert.deepEqual(
      seen().map(({ cookie }) => cookie),
      [undefined, 'sid=1; step=1', 'sid=1; step=2', undefined, undefined],
    );
  });

  it('goes on with cookies that were kept', async () => {
    const { documents, answer, seen } = the();
    answer('/voice', { body: HANG_UP, setCookie: ['sid=1; Path=/'] });
    const cookies = documents.cookies();
    assert.equal(cookies.kept(), undefined);
    await replyTo({ ...request('/voice'), cookies });
    const kept: unknown = JSON.parse(JSON.stringify(cookies.kept()));
    await replyTo({ ...request('/voice'), cookies: documents.cookies(kept) });
    assert.deepEqual(
      seen().map(({ cookie }) => cookie),
      [undefined, 'sid=1'],
    );
  });
}

function asking(the: () => DocumentsWorld) {
  const request = (path: string): DocumentRequest => ({
    accountSid: the().accountSid,
    url: the().url(path),
    method: 'POST',
    parameters: [['CallSid', 'CA1']],
    token: 'T1',
  });
  /** The reply without its duration, which differs every time. */
  const replyTo = async (asked: DocumentRequest): Promise<WithoutDuration<DocumentReply>> => {
    const { durationMs, timing = {}, ...reply } = await the().documents.request(asked);
    assert.ok(Number.isInteger(durationMs) && durationMs >= 0, `${durationMs} ms`);
    for (const ms of Object.values(timing))
      assert.ok(Number.isInteger(ms) && ms >= 0, JSON.stringify(timing));
    return reply;
  };
  return { request, replyTo };
}

type WithoutDuration<Reply> = Reply extends DocumentReply ? Omit<Reply, 'durationMs' | 'timing'> : never;
