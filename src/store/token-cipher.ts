import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

/** The key does not decrypt what is in the database: it belongs to another database, or was made anew. */
export class WrongSecretKeyError extends Error {
  constructor() {
    super('The AuthTokens in the database were encrypted with another secret key');
    this.name = 'WrongSecretKeyError';
  }
}

/**
 * How AuthTokens are stored in the database. They sign requests, so they must be readable by us and cannot be stored
 * as hashes; encrypted, they are of no use to whoever steals the database without the key, which is kept elsewhere.
 */
export interface TokenCipher {
  /** The result is bound to `accountSid`: in another account's row it cannot be opened. */
  seal(token: string, accountSid: string): string;
  /** Also opens what was written before there was a key. @throws WrongSecretKeyError */
  open(kept: string, accountSid: string): string;
  isSealed(kept: string): boolean;
  /** Lets a text be recognized later without storing it; nobody can guess at the text without the key. */
  fingerprint(text: string): string;
}

const ALGORITHM = 'aes-256-gcm';
const SEALED = 'aes256gcm:';
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const SECRET_KEY_BYTES = 32;

/** Keeps tokens as they are, for a database without a key. */
export const plainTokens: TokenCipher = {
  seal: (token) => token,
  open: (kept) => kept,
  isSealed: () => true,
  fingerprint: (text) => createHash('sha256').update(text).digest('hex'),
};

/** AES-256-GCM; `key` has 32 random bytes. */
export function tokenCipher(key: Uint8Array): TokenCipher {
  return {
    seal(token, accountSid) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(accountSid));
      const sealed = Buffer.concat([iv, cipher.update(token, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return SEALED + sealed.toString('base64url');
    },
    open: (kept, accountSid) => (kept.startsWith(SEALED) ? unseal(key, kept, accountSid) : kept),
    isSealed: (kept) => kept.startsWith(SEALED),
    fingerprint: (text) => createHmac('sha256', key).update(text).digest('hex'),
  };
}

function unseal(key: Uint8Array, kept: string, accountSid: string): string {
  const sealed = Buffer.from(kept.slice(SEALED.length), 'base64url');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(accountSid)).setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw new WrongSecretKeyError(); // GCM says only that something does not match
  }
}
