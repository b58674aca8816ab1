import { join } from 'node:path';
import type { Sounds } from '../../call/sounds.ts';
import { MediaStore } from '../../media/media-store.ts';
import type { FindOwnRecording } from '../../media/own-recording.ts';
import { parseSayEngine } from '../../media/speech/say-engine-setting.ts';
import { buildSounds } from '../../media/sounds.ts';
import { runtimeTools, type ToolCommand } from '../../bundled-asterisk/debian/tools.ts';
import { createDownload } from '../../webhooks/download.ts';
import type { HttpSender } from '../../webhooks/http-request.ts';
import type { LegworkOptions } from '../legwork-options.ts';

/** What makes and fetches sounds, and the store that Asterisk reads them from. */
export async function openSounds(
  options: LegworkOptions,
  sender: HttpSender,
  ownRecording: FindOwnRecording,
): Promise<{ readonly sounds: Sounds; readonly mediaStore: MediaStore; readonly sox: ToolCommand }> {
  const { config, clock } = options;
  const progress = (line: string) => options.progress(line);
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
  const sounds = buildSounds({
    ...tools,
    store: mediaStore,
    sayEngine,
    commandEnv,
    download,
    ownRecording,
    clock,
  });
  return { sounds, mediaStore, sox: tools.sox };
}
