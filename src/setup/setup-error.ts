/** Something outside the program is missing or in the way; the message says what to do about it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
