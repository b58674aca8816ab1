import assert from 'node:assert/strict';
import { request } from 'node:http';
import { newSid } from '../../src/call/sids.ts';
import { describeOnBoth } from '../store/both-databases.ts';
import { type ApiOnStore, type Json, startApiOn } from '../support/api-on-store.ts';
import { basic } from '../support/fake-api.ts';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
/** Each character is a byte: no UTF-8, and an ü that nobody has encoded. */
const BROKEN = 'a\xff';
const TYPED = 'a\xc3\xbc';

describeOnBoth('What is no text', (the) => {
  let api: ApiOnStore;
  beforeEach(async () => {
    api = await startApiOn(the().store, the().clock);
  });
  afterEach(() => api.close());

  /** Sends exactly these bytes, which fetch would not. */
  function send(method: string, path: string, type = FORM, body = ''): Promise<readonly [number, Json]> {
    const { sid, authToken } = api.account;
    const url = new URL(api.url);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: url.hostname,
          port: url.port,
          method,
          path: `/2010-04-01/Accounts/${sid}/${path}`,
          agent: false,
          headers: { Authorization: basic(sid, authToken), 'Content-Type': type },
        },
        (reply) => {
          const parts: Buffer[] = [];
          reply.on('data', (part: Buffer) => parts.push(part));
          reply.on('end', () =>
            resolve([reply.statusCode ?? 0, JSON.parse(Buffer.concat(parts).toString()) as Json]),
          );
        },
      );
      sent.on('error', reject);
      sent.end(Buffer.from(body, 'latin1'));
    });
  }

  const ASCII = /^The URL must be ASCII; other characters must be encoded, such as ü as %C3%BC$/;
  const PATHS = /^There is no such path: it is not UTF-8, or contains the character NUL$/;
  const NUL = /^\w+ must (be|not contain the character NUL or a lone surrogate$)/;
  const UNKNOWN = /^a\0 is not a filter of this list/;
  const REFUSED: readonly (readonly [
    method: string,
    path: string,
    words: RegExp,
    type?: string,
    body?: string,
  ])[] = [
    ...['a%00b', 'a%FFb', '%C0%80', '%ED%A0%80'].flatMap(
      (name) =>
        [
          ['GET', `Conferences/${name}.json`, PATHS],
          ['GET', `Conferences/${name}/Participants.json`, PATHS],
          ['POST', `Conferences/${name}/Participants.json`, PATHS, FORM, 'From=1&To=2'],
          ['DELETE', `Conferences/${name}/Participants/${newSid('CA')}.json`, PATHS],
          ['GET', `Calls/${name}.json`, PATHS],
          ['DELETE', `Clients/${name}.json`, PATHS],
        ] as const,
    ),
    ...[
      'Conferences.json?FriendlyName=',
      'Calls.json?To=',
      'Calls.json?From=',
      'Clients.json?Login=',
      'IncomingPhoneNumbers.json?PhoneNumber=',
      'Applications.json?FriendlyName=',
      'SipTrunks.json?FriendlyName=',
      'Callbacks.json?Url=',
      'Recordings.json?CallSid=',
      'Calls.json?StartTime%3E=',
      'Calls.json?PageToken=',
    ].flatMap(
      (path) =>
        [
          ['GET', `${path}a%00b`, NUL],
          ['GET', `${path}%FF`, /^%FF is not UTF-8$/],
        ] as const,
    ),
    ...[BROKEN, TYPED].flatMap(
      (name) =>
        [
          ['GET', `Conferences/${name}.json`, ASCII],
          ['GET', `Conferences.json?FriendlyName=${name}`, ASCII],
        ] as const,
    ),
    ['GET', 'Calls.json?a%00=1', UNKNOWN],
    ['POST', 'Applications.json', NUL, FORM, 'FriendlyName=a%00b'],
    ['POST', 'Applications.json', /^%FF is not UTF-8$/, FORM, 'FriendlyName=%FF'],
    ['POST', 'Applications.json', /^The body must be UTF-8$/, FORM, `FriendlyName=${BROKEN}`],
    ['POST', 'Applications.json', NUL, JSON_TYPE, '{"FriendlyName":"a\\u0000b"}'],
    ['POST', 'Applications.json', NUL, JSON_TYPE, '{"FriendlyName":"a\\ud800b"}'],
    ['POST', 'Applications.json', /^The body must be UTF-8$/, JSON_TYPE, `{"FriendlyName":"${BROKEN}"}`],
    ['POST', 'Calls.json', NUL, FORM, 'From=1&To=client:bob&Twiml=%00'],
    ['POST', 'Calls.json', NUL, JSON_TYPE, '{"From":"1","To":"client:bob","Twiml":"\\ud800"}'],
  ];

  it('is refused with a reason, wherever it stands: 404 in a path, else 400', async () => {
    for (const [method, path, words, type, body] of REFUSED) {
      const [status, { code, message }] = await send(method, path, type, body);
      const what = JSON.stringify([method, path, body]);
      assert.deepEqual([status, code], words === PATHS ? [404, 20404] : [400, 20001], what);
      assert.match(String(message), words, what);
    }
    assert.deepEqual(
      api.log.lines.filter((line) => line.startsWith('error')),
      [],
    );
  });

  it('is not what looks like it: umlauts, a lone percent sign, and U+FFFD itself', async () => {
    const bytes = Buffer.from('Grüße 100% �').toString('latin1');
    for (const [type, body] of [
      [FORM, `FriendlyName=${bytes.replaceAll(' ', '+')}`],
      [FORM, 'FriendlyName=Gr%C3%BC%C3%9Fe+100%+%EF%BF%BD'],
      [JSON_TYPE, `{"FriendlyName":"${bytes}"}`],
      [JSON_TYPE, '{"FriendlyName":"Gr\\u00fc\\u00dfe 100% \\ufffd"}'],
    ] as const) {
      const [status, { friendly_name: name }] = await send('POST', 'Applications.json', type, body);
      assert.deepEqual([status, name], [201, 'Grüße 100% �'], body);
    }
    for (const filter of ['Gr%C3%BC%C3%9Fe+100%25+%EF%BF%BD', 'Gr%c3%bc%C3%9Fe%20100%+%EF%BF%BD']) {
      const [, { total }] = await send('GET', `Applications.json?FriendlyName=${filter}`);
      assert.equal(total, 4, filter);
    }
  });
});
