import { compact } from '../../call/compact.ts';
import {
  type CallChange,
  CapacityError,
  type CallService,
  NoAsteriskError,
  StoppingError,
} from '../../api/ports.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { callRecordOf } from '../../records/call-record.ts';
import { type CallRepository, StoreUnavailableError } from '../../records/repositories.ts';
import { createApiCall, endCall, tellIgnored } from '../../rcml/run/api-calls.ts';
import type { CallServices } from '../../rcml/run/inbound-calls.ts';
import { modifyCall } from '../../rcml/run/modify-call.ts';

/** What the REST API can do with calls. `isReachable`: whether Asterisk can be reached. */
export function callService(
  services: CallServices,
  records: Pick<CallRepository, 'find'>,
  isReachable: () => boolean,
): CallService {
  return {
    async create(order) {
      if (!isReachable() && !services.admission.closed) throw new NoAsteriskError();
      const created = await createApiCall(order, services);
      if (created !== undefined) {
        const { leg, state } = created.live;
        return { record: callRecordOf(leg, state, leg.createdAt), start: () => created.start() };
      }
      const { admission } = services;
      if (admission.closed) throw new StoppingError();
      if (!admission.canStore) throw new StoreUnavailableError('The last write failed');
      throw new CapacityError('Too many calls at one time or in one second');
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
    async modify(accountSid, callSid, change) {
      const live = services.calls.get(callSid);
      if (live === undefined || live.leg.accountSid !== accountSid) {
        return (await records.find(accountSid, callSid)) === undefined ? 'not-found' : 'already-over';
      }
      return (await modify(live, change, services)) ? 'modified' : 'already-over';
    },
  };
}

async function modify(live: LiveLeg, change: CallChange, services: CallServices): Promise<boolean> {
  const { document, parameters, fallback, moveConnected, mute, statusCallback, ignored } = change;
  if (live.state.phase === 'ended') return false;
  if (statusCallback !== undefined) {
    const inbound = live.leg.direction === 'inbound';
    await services.journal.redirectCallbacks(live, {
      kind: inbound ? 'number' : 'leg',
      events: live.leg.statusCallback?.events ?? ['initiated', 'ringing', 'answered', 'completed'],
      ...statusCallback,
    });
  }
  if (mute !== undefined) await services.control.mute(live.sid, mute);
  tellIgnored(live, ignored, services);
  if (document === undefined) return true;
  const first =
    document.kind === 'url'
      ? compact({ url: document.url, method: document.method, parameters })
      : { text: document.text };
  return modifyCall(live, compact({ first, moveConnected, fallback }), services);
}
