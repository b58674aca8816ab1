import assert from 'node:assert/strict';
import { loopbackCall } from '../../../src/main/doctor/loopback-call.ts';
import type { DoctorReport } from '../../../src/records/doctor-report.ts';
import { performance } from 'node:perf_hooks';
import { stories } from '../../support/live-story.ts';
import { makeAccount } from '../../support/story-account.ts';
import { makeTrunk } from '../../support/story-trunk.ts';

stories('The doctor', (story) => {
  const report = async () => (await story().rest('GET', '/Doctor.json')).json as unknown as DoctorReport;

  it('says what is well, which trunk does not answer, and that a name leads nowhere; only to the first account', async () => {
    await makeTrunk(story(), { address: { host: '127.0.0.77', port: 5999 } }, { FriendlyName: 'PBX' });
    await story()
      .rest('POST', '/SipTrunks.json', { Host: 'no-such-host.invalid', FriendlyName: 'carrier' })
      .then(({ json }) =>
        story().onEnd(() => story().rest('DELETE', `/SipTrunks/${String(json['sid'])}.json`)),
      );
    const { ok, checks } = await report();
    const found = checks.map((check) => `${check.name} ${check.ok}`).toSorted();
    assert.equal(ok, false);
    assert.deepEqual(found, [
      'address true',
      'asterisk true',
      'database true',
      'disk true',
      'rtp-ports false',
      'sip true',
      'trunk false',
      'trunk false',
      'trunk-name false',
    ]);
    assert.ok(checks.every((check) => check.ok || typeof check.remedy === 'string'));
    const neighbour = await makeAccount(story());
    assert.equal((await neighbour.rest('GET', '/Doctor.json')).status, 404);
  });

  it('calls through everything, with sound in both directions, and leaves no client behind', async () => {
    const rest = async (method: string, path: string, form?: Readonly<Record<string, string>>) =>
      (await story().rest(method, path, form)).json;
    const { ok, text } = await loopbackCall(story().stack.sip, rest, () => performance.now());
    assert.ok(ok, text);
    await story().quiet();
    const { json } = await story().rest('GET', '/Clients.json?FriendlyName=doctor');
    assert.deepEqual(json['clients'], []);
    const { json: all } = await story().rest('GET', '/Clients.json');
    assert.ok(!JSON.stringify(all).includes('doctor-'));
  });
});
