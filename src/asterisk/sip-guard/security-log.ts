/** What Asterisk's security log says of one SIP request. */
export interface SecurityReport {
  readonly event: 'ChallengeResponseFailed' | 'SuccessfulAuth';
  /** The login in lower case, however the phone spelled it; Asterisk says `<unknown>` of all others. */
  readonly account: string;
  readonly address: string;
}

const EVENTS = ['ChallengeResponseFailed', 'SuccessfulAuth'] as const;

/**
 * Reads one line of the log; undefined when it is of something else. Asterisk quotes without escaping, and the
 * Call-ID that the sender chose stands in the middle: so what comes before it is read from the front, and the
 * address behind it from the end. What follows the address has no quotation mark that is not escaped.
 */
export function readSecurityLine(line: string): SecurityReport | undefined {
  const [, found] = /res_security_log\.c: SecurityEvent="(\w+)",/.exec(line) ?? [];
  const event = EVENTS.find((one) => one === found);
  if (event === undefined || !line.includes(',Service="PJSIP",')) return undefined;
  const [, account] = /,AccountID="([^"]*)",/.exec(line) ?? [];
  const remote = line.slice(line.lastIndexOf(',RemoteAddress="'));
  const [, address] = /^,RemoteAddress="IPV[46]\/\w+\/([0-9A-Fa-f.:]+)\/\d+"/.exec(remote) ?? [];
  if (account === undefined || address === undefined) return undefined;
  return { event, account: account.toLowerCase(), address };
}
