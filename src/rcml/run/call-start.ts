import { compact } from '../../call/compact.ts';
import type { HttpMethod } from '../../call/http-method.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';

/** A call's first document: asked for at a URL, or handed over as text. */
export type FirstDocument = { readonly url: string; readonly method: HttpMethod } | { readonly text: string };

/** Where the document is asked for when another request failed. */
export interface Fallback {
  readonly url: string;
  readonly method: HttpMethod;
}

/** What a call begins with, or goes on with when it is modified. */
export interface CallStart {
  readonly first: FirstDocument;
  readonly fallback?: Fallback;
}

/** What a number, client, application or API call has set, as the beginning of a call; undefined without a voice URL. */
export function callStart(voice: VoiceSettings): CallStart | undefined {
  if (voice.voiceUrl === undefined) return undefined;
  const fallback = fallbackOf(voice);
  return compact({
    first: { url: voice.voiceUrl, method: voice.voiceMethod },
    fallback,
  });
}

/** Where documents are asked for when another request failed. */
export function fallbackOf(voice: VoiceSettings): Fallback | undefined {
  if (voice.voiceFallbackUrl === undefined) return undefined;
  return { url: voice.voiceFallbackUrl, method: voice.voiceFallbackMethod };
}
