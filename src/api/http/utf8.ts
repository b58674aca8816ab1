const decoder = new TextDecoder('utf-8', { fatal: true });

/** Decodes UTF-8; each character of `bytes` is one byte. Undefined when it is not UTF-8. */
export function textOfBytes(bytes: string): string | undefined {
  try {
    return decoder.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Decodes percent-encoding; a percent sign alone stays as it is. Undefined when the bytes are not UTF-8. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    return undefined;
  }
}

/** Whether a database can store this: PostgreSQL's text cannot contain U+0000, nor UTF-8 lone surrogates. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
