import { join } from 'node:path';
import type { Clock } from '../call/clock.ts';
import type { Sounds } from '../call/ports.ts';
import type { Config } from '../config.ts';
import { MediaStore } from '../media/media-store.ts';
import { parseSayEngine } from '../media/say-engine-setting.ts';
import { buildSounds } from '../media/sounds.ts';
import { runtimeTools, type ToolCommand } from '../setup/tools.ts';
import { createDownload } from '../webhooks/download.ts';
import type { HttpSender } from '../webhooks/http-request.ts';

/** What makes and fetches sounds, and the store that Asterisk reads them from. */
export async function openSounds(
  config: Config,
  sender: HttpSender,
  clock: Clock,
  progress: (line: string) => void,
): Promise<{ readonly sounds: Sounds; readonly mediaStore: MediaStore; readonly sox: ToolCommand }> {
  const tools = await runtimeTools({ cacheFolder: config.cacheFolder, clock, progress });
  const sayEngine = parseSayEngine(config.sayEngine);
  if (typeof sayEngine === 'string') throw new Error(sayEngine);
  const mediaStore = await MediaStore.open({
    dir: join(config.dataDir, 'media'),
    mediaUrl: config.mediaUrl,
    clock,
  });
  const download = createDownload(sender);
  const { commandEnv } = config;
  const sounds = buildSounds({ ...tools, store: mediaStore, sayEngine, commandEnv, download, clock });
  return { sounds, mediaStore, sox: tools.sox };
}
