import { z } from 'zod';
import { API_ERRORS } from '../errors.ts';
import { clearable, httpUrl, label, optional } from '../parameters.ts';
import { voiceParameters } from '../voice-fields.ts';

/** For creating and for changing one; `RcmlUrl` is Restcomm's name for `VoiceUrl`. */
export const applicationSchema = z.object({
  FriendlyName: optional(label()),
  ...voiceParameters,
  RcmlUrl: clearable(httpUrl(API_ERRORS.voiceUrl)),
});
