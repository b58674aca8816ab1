// Answers every call, with the unmodified ari-client, and does nothing else.
import { runBareSystem, unlessGone } from './ari-library.ts';

await runBareSystem((client) => {
  client.on('StasisStart', (_event, { id }) => unlessGone(client.channels.answer({ channelId: id })));
});
