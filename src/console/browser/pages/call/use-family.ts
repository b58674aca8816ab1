import { useEffect, useRef } from 'preact/hooks';
import {
  type Call,
  type CallEvent,
  type Callback,
  type CallFamily,
  isLive,
  type Notification,
  type SipMessage,
} from '../../../data/resources.ts';
import { withSip } from '../../../data/sip-lines.ts';
import { type Loaded, useConsole, useLoaded } from '../../console-context.ts';
import type { Api } from '../../platform/api.ts';
import { gathered } from '../../platform/clock.ts';
import { listenTo, LOST, OPEN } from '../../platform/live.ts';

const GATHERED_MS = 120;
/** Of a call with more legs than this, callbacks are read when they are looked at. */
const MOST_LEGS = 20;

/** A call with all of its legs, again whenever something happens in it. */
export function useFamily(sid: string): Loaded<CallFamily> {
  const { api } = useConsole();
  const loaded = useLoaded((signal) => loadFamily(api, sid, signal), sid);
  const reload = useRef(loaded.reload);
  reload.current = loaded.reload;
  const isRunning = loaded.value !== undefined && runs(loaded.value);
  useEffect(() => {
    if (!isRunning) return undefined;
    const soon = gathered(GATHERED_MS, () => reload.current());
    let wasLost = false;
    const url = `${api.path('/Live').replace(/\.json$/, '')}?CallSid=${sid}`;
    const close = listenTo(url, ({ event }) => {
      if (event === LOST) wasLost = true;
      // What came between the reading and the stream is read once more.
      else if (event !== 'stats' && event !== 'health' && (event !== OPEN || wasLost)) soon.call();
    });
    return () => {
      close();
      soon.cancel();
    };
  }, [api, sid, isRunning]);
  return loaded;
}

/** Whether anything may still happen: a leg lives, or somebody is still to be told. */
function runs({ calls, callbacks }: CallFamily): boolean {
  return calls.some(isLive) || callbacks.some(({ state }) => state === 'pending');
}

async function loadFamily(api: Api, sid: string, signal: AbortSignal): Promise<CallFamily> {
  const first = await firstLeg(api, sid, signal);
  const events = await api.all<CallEvent>(`/Calls/${first.sid}/Events?PageSize=1000`, 'events', signal);
  const others = new Set(events.map(({ call_sid: leg }) => leg));
  others.delete(first.sid);
  const legs = await Promise.all([...others].map((leg) => api.get<Call>(`/Calls/${leg}`, signal)));
  const calls = [first, ...legs];
  const asked = calls.slice(0, MOST_LEGS);
  const [sip, callbacks, notifications] = await Promise.all([
    api.all<SipMessage>(`/Calls/${first.sid}/Sip?PageSize=1000`, 'sip_messages', signal),
    Promise.all(
      asked.map((leg) =>
        api.all<Callback>(`/Callbacks?CallSid=${leg.sid}&PageSize=1000`, 'callbacks', signal),
      ),
    ),
    Promise.all(
      asked.map((leg) =>
        api.all<Notification>(`/Calls/${leg.sid}/Notifications?PageSize=1000`, 'notifications', signal),
      ),
    ),
  ]);
  return {
    calls,
    events: withSip(events, sip),
    callbacks: callbacks.flat(),
    notifications: notifications.flat(),
  };
}

/** The leg at the top of the one that the address names. */
async function firstLeg(api: Api, sid: string, signal: AbortSignal): Promise<Call> {
  let call = await api.get<Call>(`/Calls/${sid}`, signal);
  while (call.parent_call_sid !== null) call = await api.get<Call>(`/Calls/${call.parent_call_sid}`, signal);
  return call;
}
