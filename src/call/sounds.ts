export type Sound =
  | {
      readonly ok: true;
      /** Without commas; Asterisk fetches it. */
      readonly mediaUrl: string;
      /** Which of the markup is spoken as if it were not there, in a sentence for the application's author. */
      readonly unrendered?: string;
    }
  | { readonly ok: false; readonly message: string };

/** Makes and fetches sounds that Asterisk can play. Never throws: a failure is a value. */
export interface Sounds {
  speak(words: SpokenWords, asker: SoundAsker): Promise<Sound>;
  fetch(url: string, asker: SoundAsker): Promise<Sound>;
}

export interface SpokenWords {
  readonly text: string;
  /** The same with SSML, as one `<speak>` element. */
  readonly ssml?: string;
  readonly voice: string;
  readonly language: string;
}

/** For whom a sound is made, and until when it is wanted. */
export interface SoundAsker {
  /** Accounts take fair turns at making sounds, and each may play only its own recordings. */
  readonly accountSid: string;
  readonly signal: AbortSignal;
}
