import { CapacityError, type CallService } from '../api/ports.ts';
import type { CallRepository } from '../call/repositories.ts';
import { createApiCall, endCall } from '../rcml/api-calls.ts';
import type { CallServices } from '../rcml/inbound-calls.ts';

/** Calls as the REST API asks for them. */
export function callService(services: CallServices, records: CallRepository): CallService {
  return {
    async create(order) {
      const created = await createApiCall(order, services);
      if (created !== undefined) return created;
      throw services.admission.closed
        ? new CapacityError('Legwork is stopping and takes no new calls', 30)
        : new CapacityError('Too many calls at one time or in one second');
    },
    async end(accountSid, callSid, as) {
      const live = services.calls.get(callSid);
      if (live === undefined || live.leg.accountSid !== accountSid) {
        return (await records.find(accountSid, callSid)) === undefined ? 'not-found' : 'already-over';
      }
      if (as === 'canceled' && live.state.phase === 'in-progress') return 'not-cancelable';
      void endCall(live, services).catch((error: unknown) => services.onBug(callSid, error));
      return 'ended';
    },
  };
}
