// The least that can be called an RCML controller: asks for the document, answers, tells the end, keeps nothing.
import { Agent } from 'node:http';
import { got } from 'got';
import { type AriChannel, runBareSystem, unlessGone } from './ari-library.ts';

const agent = { http: new Agent({ keepAlive: true, maxSockets: 64 }) };

await runBareSystem((client, { origin }) => {
  const post = (path: string, { id, caller, dialplan }: AriChannel, status: string) =>
    got.post(`${origin}/${path}`, {
      form: { CallSid: id, From: caller.number, To: dialplan.exten, CallStatus: status },
      agent,
      retry: { limit: 0 },
      timeout: { request: 15_000 },
    });
  const take = async (channel: AriChannel) => {
    const document = await post('document/inbound', channel, 'ringing').text();
    if (!document.startsWith('<Response>')) throw new Error('This is no document');
    await client.channels.answer({ channelId: channel.id });
  };
  client.on('StasisStart', (_event, channel) => unlessGone(take(channel)));
  client.on('StasisEnd', (_event, channel) => unlessGone(post('callback/status', channel, 'completed')));
});
