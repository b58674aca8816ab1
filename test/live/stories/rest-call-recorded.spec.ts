import assert from 'node:assert/strict';
import { says } from '../../support/caller.ts';
import { orderCall } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';
import { recordingBegan } from '../../support/timeline.ts';

stories('A REST call with Record=true', (story) => {
  it('is recorded from its answer to its end, with what both sides say', async () => {
    story().app.reply('/recording', { status: 204 });
    const bob = await story().phone('bob');
    const ringing = bob.incoming();
    const sid = await orderCall(story(), {
      Twiml: '<Response><Pause length="60"/></Response>',
      Record: 'true',
      RecordingStatusCallback: story().app.url('/recording'),
    });
    const call = await ringing;
    await call.answer();
    await story().app.waitFor((requests) =>
      requests.some(({ params }) => params['CallEvent'] === 'answered'),
    );
    await recordingBegan(story(), 'bob');
    await says(call, 697, 1500);
    await call.hangUp();
    // The file is read and kept when the call is already over.
    await story().app.waitFor(() => story().app.to('/recording').length > 0);
    await story().quiet();
    const [told] = story().app.to('/recording');
    assert.deepEqual(
      [told?.params['CallSid'], told?.params['RecordingStatus'], told?.params['RecordingSource']],
      [sid, 'completed', 'OutboundAPI'],
    );
    const { json } = await story().rest('GET', `/Calls/${sid}/Recordings.json`);
    assert.equal((json['recordings'] as unknown[]).length, 1);
  });
});
