/** The two-letter prefixes of the identifiers that outsiders see (docs/rest.md, "SIDs"). */
export type SidPrefix =
  | 'AC'
  | 'CA'
  | 'PN'
  | 'CL'
  | 'AP'
  | 'RE'
  | 'CF'
  | 'QU'
  | 'NO'
  | 'TK'
  | 'CB'
  | 'PR'
  | 'JO'
  | 'SK'
  | 'DP'
  | 'TO'
  | 'SE'
  | 'MZ'
  | 'SM';

const RANDOM_BYTES = 16;

/** Makes a new identifier: the prefix and 32 random lower-case hex digits. */
export function newSid(prefix: SidPrefix): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return prefix + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Tells whether `text` has the form of an identifier with this prefix. */
export function isSid(prefix: SidPrefix, text: string): boolean {
  return text.startsWith(prefix) && /^[A-Z]{2}[0-9a-f]{32}$/.test(text);
}
