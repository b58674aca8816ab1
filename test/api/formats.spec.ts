import assert from 'node:assert/strict';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false });

function parseXml(text: string): unknown {
  assert.equal(XMLValidator.validate(text), true, text);
  return parser.parse(text) as unknown;
}

describe('Replies in JSON and XML', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const FORMATS: readonly (readonly [path: string, accept: string, type: string])[] = [
    ['/api/2012-04-24/Accounts/AC', '', 'application/xml'],
    ['/restcomm/2012-04-24/Accounts/AC', '*/*', 'application/xml'],
    ['/2012-04-24/Accounts/AC', 'text/html,application/xml;q=0.9', 'application/xml'],
    ['/2012-04-24/Accounts/AC', 'image/png', 'application/xml'],
    ['/2012-04-24/Accounts/AC', 'application/json', 'application/json'],
    ['/api/2012-04-24/Accounts/AC', 'application/json, text/plain, */*', 'application/json'],
    ['/2012-04-24/Accounts/AC.json', '', 'application/json'],
    ['/api/2012-04-24/Accounts/AC.json', 'application/xml', 'application/json'],
    ['/restcomm/2012-04-24/Accounts.json/AC', '', 'application/json'],
    ['/2012-04-24/Accounts/AC/', '', 'application/xml'],
    ['/2010-04-01/Accounts/AC', '', 'application/json'],
    ['/2010-04-01/Accounts/AC', 'application/xml', 'application/json'],
    ['/2010-04-01/Accounts/AC.json', '', 'application/json'],
  ];
  for (const [path, accept, type] of FORMATS) {
    it(`replies to ${path} with Accept "${accept}" in ${type}`, async () => {
      const full = path.replace('AC', () => api.main.sid).replace('ACcounts', 'Accounts');
      const reply = await api.request('GET', full, { headers: accept === '' ? {} : { Accept: accept } });
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.headers.get('content-type'), `${type}; charset=utf-8`);
    });
  }

  it('writes links in the way that the request was addressed', async () => {
    for (const prefix of ['/api/2012-04-24', '/restcomm/2012-04-24', '/2012-04-24', '/2010-04-01']) {
      const reply = await api.request('GET', `${prefix}/Accounts/${api.main.sid}/Calls.json`);
      const uri = `${prefix}/Accounts/${api.main.sid}/Calls.json?Page=0&PageSize=50`;
      assert.equal(reply.json?.['first_page_uri'], uri);
    }
    const xml = await api.request('GET', 'Calls');
    assert.match(
      xml.text,
      new RegExp(`uri="/2012-04-24/Accounts/${api.main.sid}/Calls\\?Page=0&amp;PageSize=50"`),
    );
  });

  it('writes one resource as Restcomm does', async () => {
    const form = { To: 'client:bob', From: '+1555', Url: 'http://app.example/?a=1&b=2' };
    const reply = await api.request('POST', 'Calls', { form });
    assert.equal(reply.status, 201);
    const [sid] = sidsIn(await api.request('GET', 'Calls.json'), 'calls');
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Calls/${sid}`;
    assert.match(reply.text, /^<\?xml version="1\.0" encoding="UTF-8"\?>/);
    assert.deepEqual(parseXml(reply.text), {
      '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
      RestcommResponse: {
        Call: {
          Sid: sid,
          DateCreated: 'Sat, 31 Jan 2026 12:00:00 +0000',
          DateUpdated: 'Sat, 31 Jan 2026 12:00:00 +0000',
          ParentCallSid: '',
          AccountSid: api.main.sid,
          To: 'bob',
          ToFormatted: 'bob',
          From: '+1555',
          FromFormatted: '+1555',
          PhoneNumberSid: '',
          Status: 'queued',
          StartTime: '',
          EndTime: '',
          Duration: '',
          Ring_duration: '',
          Price: '',
          PriceUnit: '',
          Direction: 'outbound-api',
          AnsweredBy: '',
          ApiVersion: '2012-04-24',
          ForwardedFrom: '',
          CallerName: '',
          GroupSid: '',
          QueueTime: '',
          TrunkSid: '',
          EndedBy: '',
          EndCause: '',
          ProblemCount: '0',
          RecordingCount: '0',
          LegCount: '1',
          Note: '',
          Uri: uri,
          SubresourceUris: {
            Recordings: `${uri}/Recordings`,
            Streams: `${uri}/Streams`,
            Notifications: `${uri}/Notifications`,
            Events: `${uri}/Events`,
          },
        },
      },
    });
  });

  it('writes a list as Restcomm does', async () => {
    for (const FriendlyName of ['a<b>&"c"', `\u{1F600}`]) {
      await api.request('POST', 'Applications.json', { form: { FriendlyName } });
      await api.clock.advance(1000);
    }
    const document = parseXml((await api.request('GET', 'Applications')).text) as {
      RestcommResponse: { Applications: Record<string, unknown> & { Application: Record<string, string>[] } };
    };
    const { Application: applications, ...page } = document.RestcommResponse.Applications;
    assert.deepEqual(
      applications.map((application) => application['FriendlyName']),
      [`\u{1F600}`, 'a<b>&"c"'],
    );
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Applications?Page=0&PageSize=50`;
    assert.deepEqual(page, {
      '@page': '0',
      '@pagesize': '50',
      '@numpages': '1',
      '@total': '2',
      '@start': '0',
      '@end': '1',
      '@uri': uri,
      '@firstpageuri': uri,
      '@previouspageuri': '',
      '@nextpageuri': '',
      '@lastpageuri': uri,
    });
  });

  it('writes lists inside a resource with one element for each', async () => {
    await api.request('POST', 'SipTrunks.json', {
      form: { Host: 'x.example', AllowedAddresses: '192.0.2.1 192.0.2.2' },
    });
    const { text } = await api.request('GET', 'SipTrunks');
    const expected =
      '<AllowedAddresses><AllowedAddress>192.0.2.1</AllowedAddress><AllowedAddress>192.0.2.2</AllowedAddress></AllowedAddresses>';
    assert.ok(text.replace(/\s+/g, '').includes(expected), text);
  });

  it('writes errors in the format of the request', async () => {
    const reply = await api.request('GET', 'Nothing');
    assert.deepEqual(
      [reply.status, reply.headers.get('content-type')],
      [404, 'application/xml; charset=utf-8'],
    );
    assert.deepEqual(parseXml(reply.text), {
      '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
      RestcommResponse: {
        RestException: {
          Code: '20404',
          Message: 'The requested resource was not found',
          MoreInfo: 'https://www.twilio.com/docs/errors/20404',
          Status: '404',
        },
      },
    });
  });
});
