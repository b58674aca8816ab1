import { startBundledAsterisk } from '../../src/bundled-asterisk/bundled-asterisk.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { LegworkProcess } from './legwork-process.ts';
import { ownPort, ownRtpRange } from './own-ports.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** A Legwork that uses "an Asterisk of the user's", with a proxy between the two. */
export interface ProxiedLegwork {
  readonly legwork: LegworkProcess;
  readonly proxy: TcpProxy;
  /** After the Legwork was removed. */
  stop(): Promise<void>;
}

export async function prepareProxiedLegwork(): Promise<ProxiedLegwork> {
  const sip = { host: '127.0.0.1', port: await ownPort() };
  const legwork = await LegworkProcess.prepare({}, sip);
  const asterisk = await startBundledAsterisk({
    dataDir: legwork.dataDir,
    sipHost: sip.host,
    sipPort: sip.port,
    ...(await ownRtpRange()),
    ariApp: 'legwork',
    maxCalls: 100,
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: (line) => console.log(line),
  });
  const proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(asterisk.ariUrl).port) });
  legwork.set({
    ARI_URL: `http://127.0.0.1:${proxy.port}`,
    ARI_USERNAME: asterisk.username,
    ARI_PASSWORD: asterisk.password,
  });
  return {
    legwork,
    proxy,
    async stop() {
      await proxy.stop();
      await asterisk.stop();
    },
  };
}
