import { A_PHONE_NUMBER, readPhoneNumber } from './phone-number.ts';
import { readSipAddress } from './sip-address.ts';
import { type CalleeAddress, dialledName } from './targets.ts';

export type ReadAddress =
  | { readonly ok: true; readonly address: CalleeAddress }
  /** The rest of a sentence that begins with what was written. */
  | { readonly ok: false; readonly why: string };

/** With `client:` in front it is a client, with `sip:` or an `@` a SIP address, else a number (spec/rcml.md, "Dial"). */
export function addressKind(written: string): CalleeAddress['kind'] {
  if (/^\s*client:/i.test(written)) return 'client';
  return written.includes('@') || /^\s*sips?:/i.test(written) ? 'sip' : 'number';
}

/** Reads an address of one kind, or of the kind that it shows; headers behind it are taken off before. */
export function readAddress(
  written: string,
  kind: CalleeAddress['kind'] = addressKind(written),
): ReadAddress {
  switch (kind) {
    case 'client': {
      const name = written
        .trim()
        .replace(/^client:/i, '')
        .trim();
      return name === '' ? { ok: false, why: 'has no client name' } : { ok: true, address: { kind, name } };
    }
    case 'sip': {
      const read = readSipAddress(written);
      return read.ok ? { ok: true, address: { kind, uri: read.address.uri } } : read;
    }
    case 'number': {
      const number = readPhoneNumber(written);
      if (number === undefined) return { ok: false, why: `is not ${A_PHONE_NUMBER}` };
      return { ok: true, address: { kind, number } };
    }
  }
}

/** What a message says of a caller that cannot be shown. */
export const A_CALLER =
  'a phone number, a name of at most 64 letters, digits and . _ + * # -, or a SIP address';

/** Who is to be shown as the caller, as From's user part; undefined when that cannot be. */
export function readCaller(written: string): string | undefined {
  const name = partyName(written);
  return /^[A-Za-z0-9._+*#-]{1,64}$/.test(name) ? name : undefined;
}

/** How a party that people name in any of these ways stands in From and To; what is none of them stands as it is. */
export function partyName(written: string): string {
  const read = readAddress(written);
  return read.ok ? dialledName(read.address) : written.trim();
}
