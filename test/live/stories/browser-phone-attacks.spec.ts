import assert from 'node:assert/strict';
import type { ClientOptions } from 'ws';
import { clientSid, newToken, type NewToken } from '../../support/browser-phone.ts';
import { stories, type LiveStory } from '../../support/live-story.ts';
import { sip } from '../../support/sip-messages.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { WebSocketPhone } from '../../support/web-socket-phone.ts';

const OFFER =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

stories('Somebody who attacks the way of browser phones', (story) => {
  const phones: WebSocketPhone[] = [];
  const url = () => `${story().stack.legwork.url.replace('http', 'ws')}/sip`;
  const open = async (options: ClientOptions = {}) => {
    const phone = await WebSocketPhone.open(url(), options);
    phones.push(phone);
    return phone;
  };
  const status = async (options: ClientOptions, protocols?: string[]) => {
    const tried = await WebSocketPhone.connect(url(), options, protocols);
    if (tried instanceof WebSocketPhone) phones.push(tried);
    return tried instanceof WebSocketPhone ? 'open' : tried.status;
  };
  afterEach(() => {
    for (const phone of phones.splice(0)) phone.close();
  });

  /** A token of alice, and her contacts as REST shows them. */
  const aliceWithToken = async (current: LiveStory): Promise<NewToken> => {
    await current.client('alice');
    return newToken(current, 'alice');
  };
  const contactsOf = async (login: string) => {
    const { json } = await story().rest('GET', `/Clients/${await clientSid(story(), login)}.json`);
    return json['contacts'] as string[];
  };

  it('gets nowhere without a token, with another client’s, or by another name than a browser’s', async () => {
    const token = await aliceWithToken(story());
    await story().client('bob');
    const other = await newToken(story(), 'bob');
    const phone = await open();
    const unknown = { from: 'nobody~web' };
    assert.deepEqual(
      {
        none: (await phone.ask({})).status,
        unknown: (await phone.ask(unknown)).status,
        wrong: await phone.askWith({ ...token, password: 'wrong' }),
        another: await phone.askWith(other),
        desk: await phone.askWith({ username: 'alice', password: 'correct-horse' }, { from: 'alice' }),
        right: await phone.askWith(token),
      },
      { none: 401, unknown: 401, wrong: 401, another: 401, desk: 403, right: 200 },
    );
    const [contact] = await contactsOf('alice');
    assert.match(contact ?? '', /@127\.83\.73\.80:\d+;transport=ws/i);
    assert.deepEqual(await contactsOf('bob'), []);
    phone.close();
    await waitUntil('the contact goes with its socket', async () => (await contactsOf('alice')).length === 0);
  });

  it('calls nobody as a trunk of this machine', async () => {
    const pbx = await story().peer('pbx', '127.0.0.1');
    await makeTrunk(story(), pbx, { AllowedAddresses: '127.0.0.1' });
    await story().number('1000');
    story().app.reply('/voice', '<Response/>');
    const phone = await open();
    const invite = (from: string) =>
      sip(
        [
          'INVITE sip:1000@legwork SIP/2.0',
          `Via: SIP/2.0/WS x.invalid;branch=z9hG4bK${from}`,
          'Max-Forwards: 69',
          'To: <sip:1000@legwork>',
          `From: <sip:${from}@legwork>;tag=1`,
          `Call-ID: ${from}`,
          'CSeq: 1 INVITE',
          'Contact: <sip:x@x.invalid;transport=ws>',
          'Content-Type: application/sdp',
        ],
        OFFER,
      );
    for (const [from, expected] of [
      ['15551234', 403],
      ['pbx', 403],
      ['mallory~web', 401],
    ] as const) {
      phone.socket.send(invite(from));
      const reply = () => phone.received.find((text) => text.includes(`Call-ID: ${from}\r\n`));
      await waitUntil('it is answered', () => reply() !== undefined);
      assert.match(reply() ?? '', new RegExp(`^SIP/2.0 ${expected} `), from);
    }
    assert.deepEqual(await story().calls(), []);
    for (const AllowedAddresses of ['127.83.73.80', '127.0.0.0/8']) {
      const { status: refused, json } = await story().rest('POST', '/SipTrunks.json', {
        Host: 'x.example',
        AllowedAddresses,
      });
      assert.equal(refused, 400, AllowedAddresses);
      assert.match(String(json['message']), /address of browser phones/);
    }
  });

  it('gets ten sockets from its address, and no more messages or larger ones than a phone needs', async () => {
    for (let made = 0; made < 10; made += 1) await open();
    assert.equal(await status({}), 429);
    const [flooding, large, babbling] = phones as [WebSocketPhone, WebSocketPhone, WebSocketPhone];
    for (let sent = 0; sent < 100; sent += 1) void flooding.ask({}).catch(() => undefined);
    large.socket.send('x'.repeat(1_000_000));
    babbling.socket.send('GET / HTTP/1.1\r\n\r\n');
    await waitUntil('they are closed', () =>
      [flooding, large, babbling].every(({ closed }) => closed !== undefined),
    );
    assert.deepEqual(
      [flooding.closed, large.closed, babbling.closed],
      ['1008 Too many messages', '1009', '1002 Not one whole SIP message'],
    );
    await waitUntil('their places are free', async () => (await status({})) === 'open');
  });

  it('gets no socket for another protocol, and no page', async () => {
    assert.equal(await status({}, ['echo']), 400);
    const page = await fetch(`${story().stack.legwork.url}/sip`);
    assert.equal(page.status, 404);
    await page.body?.cancel();
  });

  it('does not shut the others out by guessing: their addresses count, not Legwork’s', async () => {
    const token = await aliceWithToken(story());
    const guesser = await open({ localAddress: '127.0.0.71' });
    for (let guess = 0; guess < 10; guess += 1) {
      assert.equal(await guesser.askWith({ ...token, password: `wrong-${guess}` }), 401);
    }
    assert.equal(await guesser.askWith(token), 403);
    const elsewhere = await open({ localAddress: '127.0.0.72' });
    assert.equal(await elsewhere.askWith(token), 200);
  });
});

stories(
  'The pages of others',
  (story) => {
    it('cannot connect where WEBRTC_ORIGINS names one’s own', async () => {
      const url = `${story().stack.legwork.url.replace('http', 'ws')}/sip`;
      const from = async (origin: string) => {
        const tried = await WebSocketPhone.connect(url, { origin });
        if (!(tried instanceof WebSocketPhone)) return tried.status;
        tried.close();
        return 'open';
      };
      assert.deepEqual([await from('https://a.example'), await from('https://evil.example')], ['open', 403]);
    });
  },
  { WEBRTC_ORIGINS: 'https://a.example' },
);
