const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text that bytes mean, each of them a character of `bytes`; undefined when they are no UTF-8. */
export function textOfBytes(bytes: string): string | undefined {
  try {
    return decoder.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** A text without its percent signs; one that stands alone stays. Undefined when what they mean is no UTF-8. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    return undefined;
  }
}

/** Whether a database can hold this: PostgreSQL's text has no U+0000, and UTF-8 no lone surrogates. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
