import type { Clock } from '../../concurrency/clock.ts';
import {
  MOST_SPEECH_BYTES,
  plainChoice,
  SPEECH_TIMEOUT_MS,
  type SpeechEngine,
  type Spoken,
} from './speech-engine.ts';
import { serviceAddress } from './service-address.ts';

/**
 * An HTTP service of the operator's: `POST` of JSON `{text, ssml, voice, language}` (`ssml` only where there is markup), answered with a sound. A user
 * name and password in the URL are sent as Basic authentication. The egress rules for application servers
 * do not apply: the operator chose it.
 */
export function httpEngine(serviceUrl: string, clock: Clock): SpeechEngine {
  const { address: url, headers } = serviceAddress(serviceUrl);
  return {
    id: url.href,
    atOnce: 32,
    choose: (voice, language) => Promise.resolve(plainChoice(voice, language)),
    async speak(words, { voice, language }, signal): Promise<Spoken> {
      const late = new AbortController();
      const cancelTimer = clock.after(SPEECH_TIMEOUT_MS, () => late.abort());
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Accept: 'audio/*', ...headers },
          body: JSON.stringify({ ...words, voice, language }),
          signal: AbortSignal.any([signal, late.signal]),
        });
        return await readSpoken(response);
      } catch (error) {
        if (signal.aborted) return { ok: false, message: 'was stopped' };
        return {
          ok: false,
          message: `cannot speak: the speech service ${late.signal.aborted ? 'took longer than 10 s' : `could not be reached (${reasonOf(error)})`}`,
        };
      } finally {
        cancelTimer();
      }
    },
  };
}

async function readSpoken(response: Response): Promise<Spoken> {
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    return { ok: false, message: `cannot speak: the speech service answered ${response.status}` };
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    // Leaving the loop cancels the body.
    if (bytes > MOST_SPEECH_BYTES) {
      return { ok: false, message: 'cannot speak: the speech service made more sound than can be played' };
    }
    chunks.push(chunk);
  }
  const contentType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return { ok: true, body: Buffer.concat(chunks), contentType };
}

/** fetch hides the cause of every failure one level down. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code ?? 'connection failed';
}
