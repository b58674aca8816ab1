import { compact } from '../../call/compact.ts';
import type { RequestTarget } from '../../call/callback-target.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';

/** A call's first document: requested from a URL, or given as text. */
export type FirstDocument =
  | (RequestTarget & {
      /** Sent after the standard parameters. */
      readonly parameters?: Parameters;
    })
  | { readonly text: string };

/** Where a document is requested when another document request has failed. */
export type Fallback = RequestTarget;

/** What a call begins with, or goes on with when it is modified. */
export interface CallStart {
  readonly first: FirstDocument;
  readonly fallback?: Fallback;
}

/** The start of a call with these settings of a number, client, application or API call; undefined without a voice URL. */
export function callStart(voice: VoiceSettings): CallStart | undefined {
  if (voice.voiceUrl === undefined) return undefined;
  const fallback = fallbackOf(voice);
  return compact({
    first: { url: voice.voiceUrl, method: voice.voiceMethod },
    fallback,
  });
}

/** The fallback of these settings, if they have one. */
export function fallbackOf(voice: VoiceSettings): Fallback | undefined {
  if (voice.voiceFallbackUrl === undefined) return undefined;
  return { url: voice.voiceFallbackUrl, method: voice.voiceFallbackMethod };
}
