/** What messages say is allowed. */
export const A_PHONE_NUMBER = 'a phone number of at most 32 digits, * and #, with or without a leading +';

const DIALLABLE = /^\+?[\d*#]{1,32}$/;
/** Invisible marks (direction, joining) that come along when a number is copied from an address book. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;
/** Spaces, dots, parentheses and every kind of hyphen and dash. */
const BETWEEN_DIGITS = /[\s().\-\u2010-\u2015\u2043\u2212]/g;
/** Plus signs, digits and separators as East Asian keyboards write them. */
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const FULL_WIDTH_OFFSET = 0xfe_e0;
/** RFC 3966: `tel:`, the number, parameters. */
const TEL_URI = /^tel:([^;]*)(.*)$/is;
const LONGEST_TEXT = 255;
/** `+49(0)…`: the national trunk prefix, which is not dialled after a country code; Italy's 0 is part of the number. */
const NOT_FROM_ABROAD = /^(\+(?!39)\d{1,3})\(0\)/;

/**
 * Reads a number as people, phones, trunks, web forms and address books write it, and gives it as it is dialled: digits
 * with or without a leading `+`; undefined when it is no phone number. The only reader of phone numbers, so that REST,
 * RCML, phones, trunks and the linter agree.
 */
export function readPhoneNumber(written: string): string | undefined {
  const plain = written.length > LONGEST_TEXT ? undefined : withoutTel(ascii(written));
  if (plain === undefined) return undefined;
  // A web form reads an unencoded plus as a space (`curl -d To=+1555…`).
  const signed = plain.replace(/^ +(?=[\d(])/, '+').replace(/\s/g, '');
  const number = signed.replace(NOT_FROM_ABROAD, '$1').replace(BETWEEN_DIGITS, '');
  return DIALLABLE.test(number) ? number : undefined;
}

/** The form in which numbers are compared: with and without `+` they are the same. */
export function plainNumber(written: string): string {
  const number = readPhoneNumber(written) ?? written;
  return number.startsWith('+') ? number.slice(1) : number;
}

function ascii(written: string): string {
  return written
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replace(INVISIBLE, '');
}

/** A number with an extension is not read: the extension would have to be dialled after the answer, and must not get lost. */
function withoutTel(text: string): string | undefined {
  const [whole, number = '', parameters = ''] = TEL_URI.exec(text.trimStart()) ?? [];
  if (whole === undefined) return text;
  return /;\s*(?:ext|isub)=/i.test(parameters) ? undefined : number;
}
