import { A_PHONE_NUMBER, readPhoneNumber } from './phone-number.ts';
import { readSipAddress } from './sip-address.ts';
import { type CalleeAddress, dialledName } from './targets.ts';

export type ReadAddress =
  | { readonly ok: true; readonly address: CalleeAddress }
  /** The rest of a sentence that begins with what was written. */
  | { readonly ok: false; readonly why: string };

/** With `client:` in front it is a client, with `sip:` or an `@` a SIP address, else a number (docs/rcml.md, "Dial"). */
export function addressKind(written: string): CalleeAddress['kind'] {
  if (/^\s*client:/i.test(written)) return 'client';
  return written.includes('@') || /^\s*sips?:/i.test(written) ? 'sip' : 'number';
}

/** Reads an address of the given kind, else of the kind that it looks like; headers after it have been taken off before. */
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

/** What messages say is allowed as the caller. */
export const A_CALLER =
  'a phone number, a name of at most 64 letters, digits and . _ + * # -, or a SIP address';

/** The user part of From for a caller as somebody wrote it; undefined when it cannot be shown as the caller. */
export function readCaller(written: string): string | undefined {
  const name = partyName(written);
  return /^[A-Za-z0-9._+*#-]{1,64}$/.test(name) ? name : undefined;
}

/** A party as it appears in From and To, in whichever of these ways it was written; anything else appears as written. */
export function partyName(written: string): string {
  const read = readAddress(written);
  return read.ok ? dialledName(read.address) : written.trim();
}
