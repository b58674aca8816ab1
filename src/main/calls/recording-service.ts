import type { RecordingService } from '../../api/ports.ts';
import type { RunningRecording } from '../../call/recording/running-recording.ts';
import { MOST_OF_A_CALL } from '../../call/recording/running-recordings.ts';
import { KeyedSerial } from '../../concurrency/serial.ts';
import type { CallServices } from '../../rcml/run/inbound-calls.ts';

/** What the REST API can do with recordings that run. */
export function recordingService({
  calls,
  runningRecordings,
}: Pick<CallServices, 'calls' | 'runningRecordings'>): RecordingService {
  const ofCalls = new KeyedSerial();
  return {
    begin(accountSid, callSid, terms) {
      return ofCalls.run(callSid, async () => {
        const live = calls.get(callSid);
        if (live?.leg.accountSid !== accountSid || live.state.phase !== 'in-progress')
          return 'not-in-progress';
        if (runningRecordings.ofCall(callSid).length >= MOST_OF_A_CALL) return 'many';
        const running = await runningRecordings.begin(live, terms);
        running.finishAtEnd();
        return running.record;
      });
    },
    running: (of) =>
      ('callSid' in of
        ? runningRecordings.ofCall(of.callSid)
        : runningRecordings.ofConference(of.conferenceSid)
      ).map(({ record }) => record),
    async change(recordingSid, order) {
      const running = runningRecordings.get(recordingSid);
      if (running === undefined) return 'not-running';
      const changed = await change(running, order);
      if (changed === 'over') return 'not-running';
      return changed === 'changed' ? running.record : changed;
    },
  };
}

function change(running: RunningRecording, order: Parameters<RecordingService['change']>[1]) {
  switch (order.status) {
    case 'paused':
      return running.pause(order.how);
    case 'in-progress':
      return running.resume();
    case 'stopped':
      return running.stopForGood();
  }
}
