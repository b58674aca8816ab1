/** What a message says of a text that is none. */
export const A_PHONE_NUMBER = 'a phone number of at most 32 digits, * and #, with or without a leading +';

const DIALLABLE = /^\+?[\d*#]{1,32}$/;
/** Marks of direction and joining that address books put around what is copied out of them. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;
/** Blanks, dots, parentheses and whatever a typesetter takes for a hyphen. */
const BETWEEN_DIGITS = /[\s().\-\u2010-\u2015\u2043\u2212]/g;
/** Plus signs, digits and separators as East Asian keyboards write them. */
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const FULL_WIDTH_OFFSET = 0xfe_e0;
/** RFC 3966: `tel:`, the number, parameters. */
const TEL_URI = /^tel:([^;]*)(.*)$/is;
const LONGEST_TEXT = 255;
/** The trunk prefix of people at home, which nobody dials behind a country code; Italy's belongs to the number. */
const NOT_FROM_ABROAD = /^(\+(?!39)\d{1,3})\(0\)/;

/**
 * The number as it is dialled, digits with or without a leading `+`, of what people, phones, trunks, web forms and
 * address books write; undefined when it is none. The only reader of phone numbers: REST, RCML, what a phone or a
 * trunk dials and the linter agree.
 */
export function readPhoneNumber(written: string): string | undefined {
  const plain = written.length > LONGEST_TEXT ? undefined : withoutTel(ascii(written));
  if (plain === undefined) return undefined;
  // A web form reads an unencoded plus as a blank (`curl -d To=+1555…`).
  const signed = plain.replace(/^ +(?=[\d(])/, '+').replace(/\s/g, '');
  const number = signed.replace(NOT_FROM_ABROAD, '$1').replace(BETWEEN_DIGITS, '');
  return DIALLABLE.test(number) ? number : undefined;
}

/** A number as it is compared: with and without `+` it is the same. */
export function plainNumber(written: string): string {
  const number = readPhoneNumber(written) ?? written;
  return number.startsWith('+') ? number.slice(1) : number;
}

function ascii(written: string): string {
  return written
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replace(INVISIBLE, '');
}

/** An extension behind the number is dialled once somebody has answered: no part of it, and not to be lost. */
function withoutTel(text: string): string | undefined {
  const [whole, number = '', parameters = ''] = TEL_URI.exec(text.trimStart()) ?? [];
  if (whole === undefined) return text;
  return /;\s*(?:ext|isub)=/i.test(parameters) ? undefined : number;
}
