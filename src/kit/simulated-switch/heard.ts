/** What the party at the other end of a leg hears from now on. */
export type Heard =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'play'; readonly url: string }
  /** The ringing tone: of a leg that is not answered, the 180. */
  | { readonly kind: 'ringing' }
  | { readonly kind: 'music' }
  | { readonly kind: 'beep' }
  /** Keys that are sent to it; which ones stays between the document and the party. */
  | { readonly kind: 'keys'; readonly count: number }
  /** The party of another leg, by its CallSid. */
  | { readonly kind: 'talk'; readonly callSid: string }
  /** The others in a conference, by its sid. */
  | { readonly kind: 'conference'; readonly room: string }
  | { readonly kind: 'silence' };

/** In words, for people; `nameOf` tells who is at the end of another leg. */
export function inWords(heard: Heard, nameOf: (callSid: string) => string): string {
  switch (heard.kind) {
    case 'say':
      return `Say "${heard.text}"`;
    case 'play':
      return `Play ${heard.url}`;
    case 'keys':
      return heard.count === 1 ? 'the tone of a key' : `the tones of ${heard.count} keys`;
    case 'talk':
      return `${nameOf(heard.callSid)}, connected`;
    case 'conference':
      return 'the others in the conference';
    case 'beep':
      return 'a beep';
    case 'ringing':
    case 'music':
    case 'silence':
      return heard.kind;
  }
}
