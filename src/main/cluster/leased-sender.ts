import type { LeaseHold } from '../../store/lease/held-lease.ts';
import type { HttpSender } from '../../webhooks/http-request.ts';

/**
 * Sends requests for a switch only under its lease. Where that lapses while one is under way, the request is cut off, its
 * reply does not count, and it is made again, with its token, when the lease was renewed. Once the lease is lost nothing comes back
 * any more: whoever has the switch makes the request again.
 */
export function leasedSender(sender: HttpSender, lease: LeaseHold): HttpSender {
  return {
    async send(request) {
      for (;;) {
        await lease.living();
        const { lapse } = lease;
        const cut = new AbortController();
        const abort = () => cut.abort();
        const signals = request.signal === undefined ? [lapse] : [lapse, request.signal];
        for (const signal of signals) signal.addEventListener('abort', abort);
        if (signals.some(({ aborted }) => aborted)) abort();
        const reply = await sender.send({
          ...request,
          signal: cut.signal,
          mayWrite: () => !lapse.aborted && lease.isLiving(),
        });
        for (const signal of signals) signal.removeEventListener('abort', abort);
        const isUnderLease = lease.isLiving() && !lapse.aborted;
        if (isUnderLease) return reply;
      }
    },
    // Others use the same one.
    close: () => undefined,
  };
}
