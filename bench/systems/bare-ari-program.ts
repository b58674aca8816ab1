// Answers every call, by ari-client as the package is, and does nothing else.
import { runBareSystem, unlessGone } from './ari-library.ts';

await runBareSystem((client) => {
  client.on('StasisStart', (_event, { id }) => unlessGone(client.channels.answer({ channelId: id })));
});
