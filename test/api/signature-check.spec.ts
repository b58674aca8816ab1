import assert from 'node:assert/strict';
import twilio from 'twilio';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const URL_ = 'https://app.example/voice?a=1%202';
const PARAMS = { To: '+1555', From: 'bob', CallStatus: 'ringing', Digits: '', Name: ' a+b ' };

describe('The check of signatures', () => {
  let api: FakeApi;
  before(async () => {
    api = await startFakeApi();
  });
  after(() => api.close());

  /** As an application server computes it that does it right, from what it takes the request to be. */
  const signed = (url: string, params: Readonly<Record<string, string>>, token = api.main.authToken) =>
    twilio.getExpectedTwilioSignature(token, url, params);

  async function check(form: Readonly<Record<string, string>>) {
    const { status, json } = await api.request('POST', 'SignatureCheck.json', { form });
    assert.equal(status, 200, JSON.stringify(json));
    return json ?? {};
  }

  it('says that a signature fits, and what was signed', async () => {
    const signature = signed(URL_, PARAMS);
    assert.deepEqual(await check({ Url: URL_, Params: JSON.stringify(PARAMS), Signature: signature }), {
      expected: signature,
      signed_string: `${URL_}CallStatusringingDigitsFrombobName a+b To+1555`,
      matches: true,
      hints: [],
    });
    const ofGet = signed(URL_, {});
    assert.equal((await check({ Url: URL_, Method: 'GET', Signature: ofGet }))['matches'], true);
  });

  const DIFFERENCES: readonly (readonly [hint: RegExp, signature: () => string])[] = [
    [/^The path has a slash at its end/, () => signed('https://app.example/voice/?a=1%202', PARAMS)],
    [/begins with http:\/\//, () => signed(URL_.replace('https', 'http'), PARAMS)],
    [/has the port :443/, () => signed(URL_.replace('example/', 'example:443/'), PARAMS)],
    [/^The query was left out/, () => signed('https://app.example/voice', PARAMS)],
    [/^The URL was decoded/, () => signed('https://app.example/voice?a=1 2', PARAMS)],
    [/^The body was left out/, () => signed(URL_, {})],
    [/^A \+ in a value was read as a blank/, () => signed(URL_, { ...PARAMS, To: ' 1555', Name: ' a b ' })],
    [/^Blanks at the ends of values were cut off/, () => signed(URL_, { ...PARAMS, Name: 'a+b' })],
    [
      /^Empty parameters were left out/,
      () => signed(URL_, { To: '+1555', From: 'bob', CallStatus: 'ringing', Name: ' a+b ' }),
    ],
    [/^None of the usual differences/, () => signed(URL_, PARAMS, 'another token')],
    [/^A signature is base64 of 20 bytes/, () => 'abc'],
  ];
  for (const [hint, signature] of DIFFERENCES) {
    it(`says what is different: ${hint.source}`, async () => {
      const found = await check({ Url: URL_, Params: JSON.stringify(PARAMS), Signature: signature() });
      assert.equal(found['matches'], false);
      const hints = found['hints'] as readonly string[];
      assert.equal(hints.length, 1, hints.join('\n'));
      assert.match(hints[0] ?? '', hint);
    });
  }

  it('recognizes the AuthToken before the last rotation', async () => {
    const before = api.main.authToken;
    await api.repositories.accounts.update(api.main.sid, (account) => ({
      ...account,
      authToken: 'f'.repeat(32),
      previousToken: { token: before, until: api.clock.now() + 60_000 },
    }));
    const form = { Url: URL_, Params: JSON.stringify(PARAMS), Signature: signed(URL_, PARAMS, before) };
    const found = await check(form);
    assert.match(
      String((found['hints'] as string[])[0]),
      /^It was made with the AuthToken before the last rotation/,
    );
  });

  it('refuses what cannot be checked', async () => {
    const refused = async (form: Readonly<Record<string, string>>) =>
      (await api.request('POST', 'SignatureCheck.json', { form })).status;
    assert.equal(await refused({ Signature: 'x' }), 400);
    assert.equal(await refused({ Url: URL_ }), 400);
    for (const params of ['[]', '{"a":{}}', 'a=1', 'null']) {
      assert.equal(await refused({ Url: URL_, Signature: 'x', Params: params }), 400, params);
    }
  });
});
