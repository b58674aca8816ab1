/** Whether media is encrypted with keys in SIP (SRTP by SDES): never, if the other side offers or takes it, always. */
export const SRTP_MODES = ['off', 'optional', 'required'] as const;
export type Srtp = (typeof SRTP_MODES)[number];
