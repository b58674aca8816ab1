/** What one `<Say>` may hold; the same limit as Twilio's. */
export const MOST_SPOKEN_CHARACTERS = 4096;
/** A cut falls between words when a space is this near. */
const CUT_SEARCH = 200;

/** The text as an engine gets it: one line, no control characters, no more than 4096 characters, with a note when cut. */
export function speechText(text: string): { readonly text: string; readonly notes: readonly string[] } {
  const clean = text
    .normalize('NFC')
    // oxlint-disable-next-line no-control-regex -- espeak-ng takes some of them for commands
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim();
  if (clean.length <= MOST_SPOKEN_CHARACTERS) return { text: clean, notes: [] };
  const note = `the text has ${clean.length} characters; only the first ${MOST_SPOKEN_CHARACTERS} are spoken`;
  return { text: cut(clean), notes: [note] };
}

function cut(text: string): string {
  const space = text.lastIndexOf(' ', MOST_SPOKEN_CHARACTERS);
  if (space >= MOST_SPOKEN_CHARACTERS - CUT_SEARCH) return text.slice(0, space);
  // Never between the two halves of a surrogate pair.
  return text.slice(0, MOST_SPOKEN_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
}
