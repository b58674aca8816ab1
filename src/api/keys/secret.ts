import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 24;

/** A new secret of a key: 32 characters of base64url, so 192 random bits. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** What is kept of a secret: SHA-256 in hex. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether this is the secret of which this is the hash. `undefined` takes as long as a hash that does not fit. */
export function isSecret(given: string, kept: string | undefined): boolean {
  const hash = Buffer.from(secretHash(given));
  const wanted = Buffer.from(kept ?? secretHash(''));
  return hash.length === wanted.length && timingSafeEqual(hash, wanted) && kept !== undefined;
}
