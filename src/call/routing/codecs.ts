/** What phones and trunks may talk in. */
export const CODEC_NAMES = ['ulaw', 'alaw', 'g722', 'opus'] as const;
export type Codec = (typeof CODEC_NAMES)[number];
