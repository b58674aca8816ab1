/** What Asterisk's log says of an INVITE that Asterisk refused itself, before Legwork heard of it. */
export interface LoggedRefusal {
  /** Whose it was: the endpoint of a client or a trunk. */
  readonly endpoint: string;
  /** 404: nothing can have such a name. 488: nothing that was offered may be used. */
  readonly code: 404 | 488;
  /** What was called; with 404. */
  readonly dialled?: string;
}

const FROM_SESSION = / (?:NOTICE|ERROR)\[\d+\](?:\[\S+\])? res_pjsip_session\.c:\s+(\S+): (.*)$/;
const NO_EXTENSION =
  /^Call \(\w+:[^ ]+\) to extension '(.*)' rejected because extension not found in context '[\w-]+'\.$/;
const NO_MEDIA = /^Couldn't negotiate stream /;

/**
 * Reads the lines of Asterisk's log of notices and errors, one after the other. A caller may put a line break into the
 * name that he calls, and so make up lines: what follows an unfinished one is left out until its end.
 */
export class RefusalReader {
  #isUnfinished = false;

  read(line: string): LoggedRefusal | undefined {
    if (this.#isUnfinished) {
      this.#isUnfinished = !/' rejected because extension not found in context '[\w-]+'\.$/.test(line);
      return undefined;
    }
    const [, endpoint, text = ''] = FROM_SESSION.exec(line) ?? [];
    if (endpoint === undefined) return undefined;
    if (NO_MEDIA.test(text)) return { endpoint, code: 488 };
    if (!text.startsWith('Call (')) return undefined;
    const [, dialled] = NO_EXTENSION.exec(text) ?? [];
    this.#isUnfinished = dialled === undefined;
    return dialled === undefined ? undefined : { endpoint, code: 404, dialled };
  }
}
