import type { z } from 'zod';
import { compact } from '../call/compact.ts';
import type { VoiceSettings } from '../call/leg/leg.ts';
import { API_ERRORS } from './errors.ts';
import { changed, clearable, httpMethod, httpUrl, optional } from './parameters.ts';
import type { ShownBy } from './reply.ts';
import { method as shownMethod, text } from './reply-parts.ts';

const url = clearable(httpUrl(API_ERRORS.voiceUrl));
const method = optional(httpMethod(API_ERRORS.voiceMethod));

/** The parameters that numbers, clients and applications share. */
export const voiceParameters = {
  VoiceUrl: url,
  VoiceMethod: method,
  VoiceFallbackUrl: url,
  VoiceFallbackMethod: method,
  StatusCallback: clearable(httpUrl(API_ERRORS.statusCallback)),
  StatusCallbackMethod: method,
};

interface VoiceParameters {
  readonly VoiceUrl?: string | null | undefined;
  readonly VoiceMethod?: VoiceSettings['voiceMethod'] | undefined;
  readonly VoiceFallbackUrl?: string | null | undefined;
  readonly VoiceFallbackMethod?: VoiceSettings['voiceFallbackMethod'] | undefined;
  readonly StatusCallback?: string | null | undefined;
  readonly StatusCallbackMethod?: VoiceSettings['statusCallbackMethod'] | undefined;
}

/** The voice settings after a request; methods are POST unless somebody has set them. */
export function voiceAfter(given: VoiceParameters, current?: VoiceSettings): VoiceSettings {
  return compact({
    voiceUrl: changed(given.VoiceUrl, current?.voiceUrl),
    voiceMethod: given.VoiceMethod ?? current?.voiceMethod ?? 'POST',
    voiceFallbackUrl: changed(given.VoiceFallbackUrl, current?.voiceFallbackUrl),
    voiceFallbackMethod: given.VoiceFallbackMethod ?? current?.voiceFallbackMethod ?? 'POST',
    statusCallback: changed(given.StatusCallback, current?.statusCallback),
    statusCallbackMethod: given.StatusCallbackMethod ?? current?.statusCallbackMethod ?? 'POST',
  });
}

/** The same in a reply. */
export const voiceReply = {
  voice_url: text.nullable(),
  voice_method: shownMethod,
  voice_fallback_url: text.nullable(),
  voice_fallback_method: shownMethod,
  status_callback: text.nullable(),
  status_callback_method: shownMethod,
};

export function presentVoice(voice: VoiceSettings): ShownBy<z.ZodObject<typeof voiceReply>> {
  return {
    voice_url: voice.voiceUrl ?? null,
    voice_method: voice.voiceMethod,
    voice_fallback_url: voice.voiceFallbackUrl ?? null,
    voice_fallback_method: voice.voiceFallbackMethod,
    status_callback: voice.statusCallback ?? null,
    status_callback_method: voice.statusCallbackMethod,
  };
}
