import assert from 'node:assert/strict';
import twilio from 'twilio';
import { isSigned } from '../../src/demo/story-signature.ts';

const URL = 'http://127.0.0.1:8080/voice?a=1';
const PARAMETERS = { To: '1000', CallerName: "Zoë O'Neil & co", From: 'alice', Empty: '' };

describe("The demo's check of a signature", () => {
  it("says what the twilio package's validator says", () => {
    const signature = twilio.getExpectedTwilioSignature('token', URL, PARAMETERS);
    for (const [token, given, url, parameters] of [
      ['token', signature, URL, PARAMETERS],
      ['other', signature, URL, PARAMETERS],
      ['token', signature, `${URL}2`, PARAMETERS],
      ['token', signature, URL, { ...PARAMETERS, To: '1001' }],
      ['token', 'bm9wZQ==', URL, PARAMETERS],
      ['token', '', URL, PARAMETERS],
    ] as const) {
      assert.equal(
        isSigned(token, given, url, parameters),
        twilio.validateRequest(token, given, url, parameters),
      );
    }
    assert.equal(isSigned('token', signature, URL, PARAMETERS), true);
  });
});
