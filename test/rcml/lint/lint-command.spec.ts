import assert from 'node:assert/strict';
import { lintCommand, type LintWorld } from '../../../src/lint/command.ts';
import { createFetchDocument } from '../../../src/lint/fetch-document.ts';
import type { HttpReply, HttpRequest } from '../../../src/webhooks/http-request.ts';

const CLEAN = '<Response><Say>x</Say></Response>';
const FILES: Readonly<Record<string, string>> = {
  'clean.xml': CLEAN,
  'typo.xml': '<Response>\n  <Say vioce="man">x</Say>\n</Response>',
  'broken.xml': '<Response>',
  'relative.xml': '<Response><Play>a.wav</Play></Response>',
};

/** The command with files and servers of its own; what it said, and its exit code. */
async function run(
  args: string,
  reply: Partial<HttpReply> = {},
): Promise<{ code: number; out: string[]; err: string[]; requests: HttpRequest[] }> {
  const [out, err, requests]: [string[], string[], HttpRequest[]] = [[], [], []];
  const world: LintWorld = {
    fetchDocument: createFetchDocument({
      send: (request) => {
        requests.push(request);
        const usual = {
          ok: true,
          status: 200,
          headers: {},
          body: Buffer.from(CLEAN),
          durationMs: 1,
        } as const;
        return Promise.resolve({ ...usual, url: request.url, ...reply });
      },
      close: () => undefined,
    }),
    readFile: (path) =>
      FILES[path] === undefined
        ? Promise.reject(new Error('no such file'))
        : Promise.resolve(Buffer.from(FILES[path])),
    readInput: () => Promise.resolve(Buffer.from(FILES['typo.xml'] ?? '')),
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  };
  const code = await lintCommand(args.split(' '), world);
  return { code, out, err, requests };
}

describe('legwork lint', () => {
  it('says where what is wrong, and what was probably meant', async () => {
    const { code, out, err } = await run('clean.xml typo.xml broken.xml');
    assert.deepEqual(out, [
      'typo.xml:2:3  warning  <Say> has no attribute vioce; it is ignored. Did you mean voice?',
      'broken.xml:1:1  error  <Response> is not closed.',
      '3 documents: 1 error, 1 warning',
    ]);
    assert.deepEqual([code, err], [1, []]);
  });

  const codes: readonly (readonly [args: string, code: number])[] = [
    ['clean.xml', 0],
    ['typo.xml', 1],
    ['broken.xml', 1],
    ['relative.xml', 0],
    ['--strict relative.xml', 1],
    ['--strict --base http://app.test/ relative.xml', 0],
    ['--errors-only typo.xml', 0],
    ['--errors-only broken.xml', 1],
    ['--warnings-as-errors typo.xml', 1],
    ['clean.xml missing.xml', 2],
    ['--help', 0],
    ['--json', 2],
    ['--nonsense clean.xml', 2],
    ['--base /relative clean.xml', 2],
    ['- -', 2],
    ['http://app.test/voice', 0],
  ];
  for (const [args, code] of codes) {
    it(`ends with ${code} after ${args}`, async () => {
      assert.equal((await run(args)).code, code);
    });
  }

  it('reads standard input', async () => {
    const { code, out } = await run('-');
    assert.deepEqual([code, out[0]?.split('  ')[0]], [1, '<stdin>:2:3']);
  });

  it('gives JSON to programs, also of what cannot be read', async () => {
    const { code, out } = await run('--json typo.xml missing.xml');
    assert.equal(code, 2);
    assert.deepEqual(JSON.parse(out.join('\n')), [
      {
        source: 'typo.xml',
        findings: [
          {
            level: 'warning',
            errorCode: 12200,
            message: '<Say> has no attribute vioce; it is ignored.',
            line: 2,
            column: 3,
            element: 'Say',
            attribute: 'vioce',
            allowed: ['voice', 'language', 'loop'],
            didYouMean: 'voice',
          },
        ],
      },
      { source: 'missing.xml', findings: [], failure: 'no such file' },
    ]);
  });

  it('asks a URL by GET, or by POST as an inbound call would', async () => {
    const [get] = (await run('http://app.test/voice')).requests;
    assert.deepEqual([get?.method, get?.parameters], ['GET', []]);
    const [post] = (await run('--post http://app.test/voice')).requests;
    assert.deepEqual(
      [post?.method, post?.parameters.map(([name]) => name)],
      [
        'POST',
        ['CallSid', 'AccountSid', 'From', 'To', 'Caller', 'Called', 'CallStatus', 'ApiVersion', 'Direction'],
      ],
    );
  });

  it('resolves against the URL after redirects, and shows no password', async () => {
    const body = Buffer.from('<Response><Redirect>voice</Redirect></Response>');
    const { out } = await run('http://me:s3cret@app.test/first', { url: 'http://app.test/voice', body });
    assert.deepEqual(out, [
      'http://me:******@app.test/first:1:11  warning  <Redirect> leads to this same document; after 50 rounds the call is hung up.',
      '1 document: 1 warning',
    ]);
  });

  const replies: readonly (readonly [
    title: string,
    reply: Partial<HttpReply>,
    code: number,
    said: string,
  ])[] = [
    [
      'a status that is no success',
      { status: 500 },
      2,
      'http://a.test/: cannot be read: The server answered with status 500',
    ],
    [
      'a type that is not RCML',
      { headers: { 'content-type': 'application/json' } },
      1,
      'http://a.test/:1:1  error  A reply of type application/json is not RCML; send it as text/xml.',
    ],
    ['more than 64 KiB', { body: Buffer.alloc(70_000, 0x20) }, 0, '1 document: nothing found'],
    [
      'a document of more than 64 KiB',
      { body: Buffer.from(`<Response>${' '.repeat(66_000)}</Response>`) },
      1,
      'http://a.test/:1:1  error  The document is longer than 64 KiB.',
    ],
    ['a sound', { headers: { 'content-type': 'audio/wav' } }, 0, '1 document: nothing found'],
    [
      'its charset',
      {
        headers: { 'content-type': 'text/xml; charset=ISO-8859-1' },
        body: Buffer.from('<Response><Say>\xfc</Say></Response>', 'latin1'),
      },
      0,
      '1 document: nothing found',
    ],
  ];
  for (const [title, reply, code, said] of replies) {
    it(`takes from a server ${title}`, async () => {
      const { out, err, code: ended } = await run('http://a.test/', reply);
      assert.deepEqual([ended, [...err, ...out][0]], [code, said]);
    });
  }

  it('says that a document cannot be fetched', async () => {
    const { code, err } = await run('http://a.test/', {
      ok: false,
      kind: 'refused',
      message: 'The connection was refused',
    } as never);
    assert.deepEqual([code, err], [2, ['http://a.test/: cannot be read: The connection was refused']]);
  });
});
