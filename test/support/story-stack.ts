/** So long a story's last callbacks and channels may take. */
export const QUIET_MS = 30_000;

/** What a story needs of a running Legwork, wherever it runs. */
export interface StoryStack {
  readonly sip: { readonly host: string; readonly port: number };
  readonly authToken: string;
  readonly dataDir: string;
  /** What was logged as an error: a mistake of ours. */
  readonly loggedErrors: unknown[];
  /** Its log so far, from level info on. */
  readonly output: string;
  /** Calls the REST API as the first account; resolves with status and JSON. */
  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply>;
  /** Waits until every call is over and every callback delivered, in Legwork and in Asterisk. */
  quiet(): Promise<void>;
}

export interface RestReply {
  readonly status: number;
  // The tests say what they expect of it.
  readonly json: Record<string, unknown>;
}

/** Calls a REST API as its first account. */
export async function restRequest(
  {
    url,
    accountSid,
    authToken,
  }: { readonly url: string; readonly accountSid: string; readonly authToken: string },
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<RestReply> {
  const reply = await fetch(`${url}/2012-04-24/Accounts/${accountSid}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      accept: 'application/json',
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const text = await reply.text();
  return { status: reply.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** Whether what Asterisk or REST gave is a list without anything in it. */
export function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}
