import assert from 'node:assert/strict';
import { Phone } from '../../../src/phone/phone.ts';
import type { ReceivedRequest } from '../../support/application-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { stories } from '../../support/live-story.ts';

const TEXT = { type: 'text/plain', body: 'Is anybody there?' };
const MESSAGES = 1000;
const AT_ONCE = 25;

stories('A message over REST', (story) => {
  it('comes to every phone of a client and to a number behind a trunk, and its sender is told', async () => {
    const alice = await story().phone('alice');
    const other = await story().anotherPhone('alice', '127.0.0.4');
    const pbx = await story().peer('pbx', '127.0.0.3');
    const trunk = await story().rest('POST', '/SipTrunks.json', {
      Host: '127.0.0.3',
      Port: String(pbx.address.port),
      Prefix: '+49',
      Messages: 'true',
    });
    story().onEnd(() => story().rest('DELETE', `/SipTrunks/${String(trunk.json['sid'])}.json`));
    await story().number('+15550100');
    story().app.reply('/sms', { status: 204 });
    const Body = 'Grüße ☎\nund <b>mehr</b> & "so"';
    const send = async (To: string) => {
      const StatusCallback = story().app.url('/sms');
      const form = { To, From: '+15550100', Body, StatusCallback };
      const { status, json } = await story().rest('POST', '/Messages.json', form);
      assert.deepEqual([status, json['status']], [201, 'queued']);
      const isTold = ({ params }: ReceivedRequest) => params['MessageSid'] === json['sid'];
      const [told] = (await story().app.waitFor((requests) => requests.some(isTold))).filter(isTold);
      const { status: now } = (await story().rest('GET', `/Messages/${String(json['sid'])}.json`)).json;
      assert.equal(now, told?.params['MessageStatus']);
      return `${String(now)} ${told?.params['ErrorCode'] ?? ''}`.trim();
    };
    assert.equal(await send('client:alice'), 'sent');
    assert.equal(await send('+49301234'), 'sent');
    assert.equal(await send('client:nobody'), 'failed 21211');
    await waitUntil('the message at all of them', () =>
      [alice, other, pbx].every(({ messages }) => messages.length > 0),
    );
    const came = { contentType: 'text/plain', body: Body };
    const { host } = story().stack.sip;
    const from = `sip:+15550100@${host}`;
    for (const phone of [alice, other]) {
      assert.deepEqual(phone.messages, [{ from, to: `sip:alice@${phone.address.host}`, ...came }]);
    }
    assert.deepEqual(pbx.messages, [{ from, to: 'sip:+49301234@127.0.0.3', ...came }]);
  });
});

stories('Who sends what is no call', (story) => {
  async function channels(): Promise<readonly string[]> {
    const { ari } = story().stack.legwork.foundation;
    return ((await ari.run('channels', 'list')) as { name: string }[]).map(({ name }) => name);
  }

  it('gets 404 for each of a thousand messages, and Asterisk keeps none', async () => {
    const alice = await story().phone('alice');
    await story().phone('bob');
    await story().number('1000');
    const answers = new Map<string, number>();
    const sendSome = async (callee: string) => {
      for (let sent = 0; sent < MESSAGES / AT_ONCE; sent += 1) {
        const status = await alice.request('MESSAGE', callee, TEXT);
        answers.set(`${callee} ${status}`, (answers.get(`${callee} ${status}`) ?? 0) + 1);
      }
    };
    const callees = Array.from({ length: AT_ONCE }, (_one, index) => (index % 2 === 0 ? 'bob' : '1000'));
    await Promise.all(callees.map(sendSome));
    assert.deepEqual(Object.fromEntries(answers), { 'bob 404': 520, '1000 404': 480 });
    assert.deepEqual(await channels(), []);
    // Calls go on as before.
    story().app.reply('/voice', '<Response/>');
    story().app.reply('/number', { status: 204 });
    assert.equal((await (await alice.call('1000')).ended).how, 'bye');
  });

  for (const [method, status] of [
    ['REFER', 501],
    ['SUBSCRIBE', 603],
    ['PUBLISH', 489],
    ['INFO', 501],
    ['NOTIFY', 501],
  ] as const) {
    it(`gets ${status} for ${method}`, async () => {
      const alice = await story().phone('alice');
      assert.equal(await alice.request(method, 'bob', TEXT), status);
      assert.deepEqual(await channels(), []);
    });
  }

  it('gets 401 under the name that calls to other SIP addresses go out by', async () => {
    const mallory = await Phone.start({ name: 'rc-out', password: '', server: story().stack.sip });
    story().onEnd(() => mallory.stop());
    assert.equal(await mallory.request('MESSAGE', 'bob', TEXT), 401);
    assert.equal((await (await mallory.call('1000')).ended).status, 401);
    await story().quiet();
    assert.deepEqual(await story().legs({}), {});
  });
});
