/** A part of a body, including both ends. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a body of so many bytes that a Range header asks for (RFC 9110, section 14.2). Several ranges, other
 * units and malformed headers are ignored: then the whole body is sent.
 */
export function rangeOf(header: string, bytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(header) ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), bytes);
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= bytes) return 'unsatisfiable';
  return { start, end: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) };
}
