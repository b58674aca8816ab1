import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { aliceCalls } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { TlsPhone } from '../../support/tls-phone.ts';
import { waitUntil } from '../../support/wait-until.ts';

const PASSWORD = 'correct-horse';
const NAMES = { '1000': 'A', bob: 'B' };

stories(
  'A phone that registers over TLS',
  (story) => {
    const tlsServer = () => {
      const { host, tlsPort: port } = story().stack.legwork.sip ?? {};
      assert.ok(host !== undefined && port !== undefined);
      return { host, port };
    };

    it('is called over TLS with SRTP alone, as its client says, by a phone that knows neither', async () => {
      const server = tlsServer();
      const ca = await readFile(join(story().stack.dataDir, 'tls/self.crt'), 'latin1');
      await story().client('bob', { Srtp: 'required' });
      const bob = await TlsPhone.open(server, { ca, login: 'bob', password: PASSWORD });
      story().onEnd(() => bob.close());
      assert.equal(await bob.register(), 200);
      await waitUntil('bob is registered', async () => {
        const { json } = await story().rest('GET', '/Clients.json');
        return /;transport=tls/i.test(JSON.stringify(json));
      });
      story().app.reply('/after', '<Response/>');
      const { call } = await aliceCalls(story(), '<Dial action="/after"><Client>bob</Client></Dial>');
      await call.ended;
      await story().quiet();
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
      const media = bob.invites.map((invite) => /^m=audio \d+ (\S+) (.*)\r$/m.exec(invite)?.slice(1));
      assert.deepEqual(media, [['RTP/SAVP', '0 8 9 107 101 102']]);
      assert.match(bob.invites[0] ?? '', /^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:/m);
    });

    it('may call a SIP address over TLS', async () => {
      const [cert, key] = await Promise.all(
        ['crt', 'key'].map((kind) => readFile(join(story().stack.dataDir, `tls/self.${kind}`), 'latin1')),
      );
      assert.ok(cert !== undefined && key !== undefined);
      const far = await TlsPhone.listen('127.0.0.4', { cert, key });
      story().onEnd(() => far.close());
      story().app.reply('/after', '<Response/>');
      const to = `sips:carol@127.0.0.4:${far.port}`;
      const { call } = await aliceCalls(story(), `<Dial action="/after"><Sip>${to}</Sip></Dial>`);
      await call.ended;
      await story().quiet();
      const names = { '1000': 'A', carol: 'C' };
      assert.deepEqual(await story().legs(names), { A: 'inbound completed', C: 'outbound-dial busy' });
      assert.match(far.invites()[0] ?? '', /^Via: SIP\/2\.0\/TLS /m);
    });

    it('is not let in by an older TLS', async () => {
      const ca = await readFile(join(story().stack.dataDir, 'tls/self.crt'), 'latin1');
      const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const socket = connect({ ...tlsServer(), ca, ...old });
      await assert.rejects(once(socket, 'secureConnect'));
    });
  },
  { TLS: 'self', SIP_ALLOW: '127.0.0.4' },
);

stories('A client with Srtp=required', (story) => {
  it('is refused with 488 when it calls without encryption', async () => {
    await story().number('1000');
    const alice = await story().phone('alice', { client: { Srtp: 'required' } });
    assert.equal((await (await alice.call('1000')).ended).status, 488);
    assert.deepEqual(await story().calls(), []);
    await waitUntil('the account is told', async () => {
      const { json } = await story().rest('GET', '/Notifications.json?ErrorCode=53404');
      return JSON.stringify(json).includes(
        'A call from the client alice was refused with 488: nothing in its offer',
      );
    });
    const metrics = await (await fetch(`${story().stack.legwork.url}/metrics`)).text();
    assert.match(metrics, /^legwork_sip_refused_total\{code="488",reason="media"\} [1-9]/m);
  });
});
