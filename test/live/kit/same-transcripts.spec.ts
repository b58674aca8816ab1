import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { scenarioCommand } from '../../../src/kit/from-call/command.ts';
import { perform } from '../../../src/kit/scenario/perform.ts';
import { readScenario } from '../../../src/kit/scenario/read-scenario.ts';
import type { Scenario } from '../../../src/kit/scenario/scenario.ts';
import { transcriptOf } from '../../../src/kit/transcript/transcript.ts';
import { authorSender } from '../../../src/kit/world/author-sender.ts';
import type { ApplicationServer } from '../../support/application-server.ts';
import { LiveScenario, seenBy } from '../../support/live-scenario.ts';
import { stories } from '../../support/live-story.ts';
import { CALL_SCENARIOS, type CallScenario } from '../../support/scenarios-of-calls.ts';
import { wavOf } from '../../support/wav.ts';

const SOUND_S = 2;
const WAV = { headers: { 'content-type': 'audio/wav' }, body: wavOf(425, SOUND_S) };

stories('A scenario and a real call', (story) => {
  for (const each of CALL_SCENARIOS) {
    it(`ask and tell the application server the same: ${each.title}`, async () => {
      const { app } = story();
      const scenario = scenarioOf(each);
      serve(app, each);
      const transcript = (requests: Parameters<typeof transcriptOf>[0]) =>
        transcriptOf(requests, { server: app.origin, withoutSeconds: true }).text;

      const simulated = await simulate(scenario, app.origin);
      assert.equal(transcript(seenBy(app)), transcript(simulated), 'what was sent is what arrived');
      app.requests.splice(0);
      const real = await new LiveScenario(story(), scenario).perform();
      assert.equal(transcript(real), transcript(simulated));
      assert.ok(real.length > 0);
    });
  }

  it('are the same for a real call that was made a scenario', async () => {
    const { app, stack } = story();
    const [each] = CALL_SCENARIOS;
    assert.ok(each !== undefined);
    serve(app, each);
    const real = await new LiveScenario(story(), scenarioOf(each)).perform();
    const leg = (await story().calls()).find(({ direction }) => direction === 'inbound');
    const { url, accountSid, authToken } = stack.legwork;
    const account = `${url}/2012-04-24/Accounts/${accountSid}`;
    const printed: string[] = [];
    const sender = authorSender('0.0.0-test');
    const code = await scenarioCommand([leg?.sid ?? '', '--from', account, '--auth-token', authToken], {
      sender,
      out: (line) => void printed.push(line),
      err: (line) => void printed.push(line),
    });
    sender.close();
    assert.equal(code, 0, printed.join('\n'));
    const drafted = scenarioOf({ ...each, scenario: printed.join('\n') });
    app.requests.splice(0);
    const options = { server: app.origin, withoutSeconds: true };
    const simulated = await simulate(drafted, app.origin);
    assert.equal(transcriptOf(simulated, options).text, transcriptOf(real, options).text);
  });
});

function scenarioOf({ title, scenario }: CallScenario): Scenario {
  const read = readScenario(`${title}.yaml`, scenario);
  assert.ok('steps' in read, JSON.stringify(read));
  return read;
}

function serve(app: ApplicationServer, { documents }: CallScenario): void {
  for (const [path, document] of Object.entries(documents)) app.reply(path.split('?')[0] ?? path, document);
  for (const path of ['/number', '/bob', '/carol', '/leg', '/recording']) app.reply(path, { status: 204 });
  for (const path of ['/menu.wav', '/thanks.wav', '/wait.wav']) app.reply(path, WAV);
}

async function simulate(scenario: Scenario, server: string) {
  const sender = authorSender('0.0.0-test');
  try {
    const parts = { clock: systemClock, sender, authToken: 'token', server };
    const { failures, requests } = await perform(scenario, parts);
    assert.deepEqual(failures, []);
    return requests;
  } finally {
    sender.close();
  }
}
