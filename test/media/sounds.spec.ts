import { runtimeTools } from '../../src/bundled-asterisk/debian/tools.ts';
import { systemClock } from '../../src/clock.ts';
import { buildSounds } from '../../src/media/sounds.ts';
import { sine } from '../../src/phone/tones.ts';
import { createDownload } from '../../src/webhooks/download.ts';
import type { HttpSender } from '../../src/webhooks/http-request.ts';
import { ApplicationServer } from '../support/application-server.ts';
import { keepsToTheSoundsContract, type SoundsWorld } from '../support/sounds-contract.ts';
import { localSender } from '../support/webhook-sender.ts';
import { SETUP_TIMEOUT_MS } from './sound/real-sounds.ts';
import { openStore, wavOf } from './sound/sound-builders.ts';

/** The same of what stands for them in the tests of the core: test/call/fake-sounds.spec.ts. */
describe('Speech by espeak-ng and sounds of an application server', () => {
  let world: SoundsWorld;
  let app: ApplicationServer;
  let sender: HttpSender;
  let removeStore: () => Promise<void>;

  before(async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    await runtimeTools();
  });

  beforeEach(async () => {
    app = await ApplicationServer.start();
    sender = localSender();
    const { store, remove } = await openStore(systemClock);
    removeStore = remove;
    let served = 0;
    world = {
      sounds: buildSounds({
        ...(await runtimeTools()),
        store,
        sayEngine: { kind: 'espeak-ng' },
        commandEnv: {},
        download: createDownload(sender),
        clock: systemClock,
      }),
      missing: app.url('/missing.wav'),
      addSound(path) {
        served += 1;
        const body = wavOf(sine(400 + served, { samples: 800 }));
        app.reply(path, { body, headers: { 'content-type': 'audio/wav' } });
        return app.url(path);
      },
    };
  });

  afterEach(async () => {
    sender.close();
    await app.stop();
    await removeStore();
  });

  keepsToTheSoundsContract(() => world);
});
