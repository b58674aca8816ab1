/** What Asterisk's security log says about one SIP request. */
export interface SecurityReport {
  readonly event: (typeof EVENTS)[number];
  /** The login in lower case, however the phone spelled it; `<unknown>` for a login that does not exist. */
  readonly account: string;
  readonly address: string;
  readonly port: number;
}

/** How the log shows every login that does not exist. */
export const NO_LOGIN = '<unknown>';
const EVENTS = ['ChallengeSent', 'ChallengeResponseFailed', 'SuccessfulAuth'] as const;

/**
 * Reads one line of the log; undefined when it is about something else. Asterisk does not escape quotation marks, and
 * the Call-ID in the middle of the line is chosen by the sender. So what comes before it is read from the start of the
 * line, and the address, which comes after it, from the end. Behind the address quotation marks are escaped.
 */
export function readSecurityLine(line: string): SecurityReport | undefined {
  const [, found] = /res_security_log\.c: SecurityEvent="(\w+)",/.exec(line) ?? [];
  const event = EVENTS.find((one) => one === found);
  if (event === undefined || !line.includes(',Service="PJSIP",')) return undefined;
  const [, account] = /,AccountID="([^"]*)",/.exec(line) ?? [];
  const remote = line.slice(line.lastIndexOf(',RemoteAddress="'));
  const [, address, port] = /^,RemoteAddress="IPV[46]\/\w+\/([0-9A-Fa-f.:]+)\/(\d+)"/.exec(remote) ?? [];
  if (account === undefined || address === undefined) return undefined;
  return { event, account: account.toLowerCase(), address, port: Number(port) };
}
