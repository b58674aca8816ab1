import { fields, readChannel, readList, text } from '../ari/ari-objects.ts';
import { SPEECH_PREFIX } from '../../call/speech-recognizer.ts';
import type { Log } from '../../concurrency/log.ts';
import type { AriConnection } from '../ari/connection.ts';
import { LISTENER_PREFIX } from './talk-recorder.ts';

/**
 * Removes what callers said to Gathers of a former process, which came to its end before it could: what is kept, and what
 * is still being recorded. To be called before any call goes on: what is there by then is nobody's. Never rejects.
 */
export async function removeLeftSpeech(ari: AriConnection, log: Log): Promise<void> {
  try {
    const [channels, stored] = await Promise.all([
      ari.run('channels', 'list'),
      ari.run('recordings', 'listStored'),
    ]);
    const listeners = readList(channels, readChannel)
      .map(({ id }) => id)
      .filter((id) => id.startsWith(LISTENER_PREFIX + SPEECH_PREFIX));
    const names = readList(stored, (one) => text(fields(one)?.['name'])).filter((name) =>
      name.startsWith(SPEECH_PREFIX),
    );
    const running = listeners.map((id) => id.slice(LISTENER_PREFIX.length));
    const run = async (resource: string, operation: string, parameters: object): Promise<void> => {
      // Its call may end meanwhile, and everything with it.
      await ari.run(resource, operation, { ...parameters }).catch(() => undefined);
    };
    // What is being recorded is discarded; afterwards it is not stored either.
    for (const recordingName of running) await run('recordings', 'cancel', { recordingName });
    for (const channelId of listeners) await run('channels', 'hangup', { channelId });
    for (const recordingName of new Set([...names, ...running])) {
      await run('recordings', 'deleteStored', { recordingName });
    }
  } catch (error) {
    log.warn({ reason: String(error) }, 'Speech that a former process left in Asterisk was not looked for');
  }
}
