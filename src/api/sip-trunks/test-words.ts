import type { TrunkTest } from '../ports.ts';

/** What came of it in a sentence, and what to do about it, if anything. */
export function wordsOf(test: TrunkTest): { readonly text: string; readonly remedy: string | undefined } {
  if (test.kind === 'answered') return ofAnswer(test);
  if (test.kind === 'silent') {
    return {
      text: `Nothing came back from ${test.address} within ${test.ms / 1000} s.`,
      remedy: 'Look at Host, Port and Transport, at its firewall, and whether it knows our address.',
    };
  }
  if (test.kind === 'not-sent') {
    return { text: `Nothing was sent: ${test.why}.`, remedy: 'Look at Host and at the name servers.' };
  }
  const { address, code } = test;
  return code === 'ECONNREFUSED'
    ? {
        text: `Nothing listens at ${address}: the connection was refused.`,
        remedy: 'Look at Port and Transport, and whether it is running.',
      }
    : {
        text: `${address} cannot be reached (${code}).`,
        remedy: 'Look at Host, at the network, and with TLS at its certificate.',
      };
}

type Answered = Extract<TrunkTest, { readonly kind: 'answered' }>;

/** Any answer shows that SIP is there; Asterisk takes it as reachable. */
function ofAnswer({ address, status, reason, ms }: Answered): ReturnType<typeof wordsOf> {
  const text = `${address} answered ${status} ${reason}`.trim() + ` in ${Math.round(ms)} ms.`;
  if (status < 300) return { text, remedy: undefined };
  return { text, remedy: REMEDIES.get(status) ?? otherRemedy(status) };
}

const REMEDIES: ReadonlyMap<number, string> = new Map([
  [401, 'It is there and asks for a password even for OPTIONS; calls are sent with Username and Password.'],
  [407, 'It is there and asks for a password even for OPTIONS; calls are sent with Username and Password.'],
  [403, 'It is there but refuses us: it may not know our address, or expect another FromDomain.'],
]);

function otherRemedy(status: number): string {
  if (status >= 500 && status < 600)
    return 'It is there but says that it cannot serve: calls by it may fail now.';
  return 'It is there but does not like OPTIONS, as many carriers do; calls may work all the same.';
}
