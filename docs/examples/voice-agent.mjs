// A voice agent without a vendor: it says back what it heard, and is silent as soon as the caller speaks.
// npm install ws; node voice-agent.mjs; the number's VoiceUrl is http://127.0.0.1:3000/voice
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const PORT = Number(process.env.PORT ?? 3000);
/** A frame of 20 ms is speech when it is louder than this; 15 silent frames end a sentence. */
const LOUD = 2000;
const PAUSE_FRAMES = 15;

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/xml');
  response.end('<Response><Connect><Stream url="/talk"/></Connect></Response>');
});

new WebSocketServer({ server, path: '/talk' }).on('connection', (socket) => {
  let sentence = [];
  let silent = 0;
  const send = (message) => socket.send(JSON.stringify(message));
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (message.event === 'mark') console.log('said', message.mark.name);
    if (message.event !== 'media') return;
    const frame = Buffer.from(message.media.payload, 'base64');
    if (loudness(frame) > LOUD) {
      if (sentence.length === 0) send({ event: 'clear', streamSid: message.streamSid });
      silent = 0;
    } else if (sentence.length === 0) return;
    else silent += 1;
    sentence.push(frame);
    if (silent < PAUSE_FRAMES) return;
    const payload = Buffer.concat(sentence).toString('base64');
    send({ event: 'media', streamSid: message.streamSid, media: { payload } });
    send({ event: 'mark', streamSid: message.streamSid, mark: { name: `${sentence.length * 20} ms` } });
    [sentence, silent] = [[], 0];
  });
});
server.listen(PORT, '127.0.0.1', () => console.log(`A voice agent at http://127.0.0.1:${PORT}/voice`));

/** The mean of the samples' magnitudes, 0 to 32767; the payload is µ-law (ITU-T G.711). */
function loudness(frame) {
  const magnitude = (code) => ((((~code & 15) << 3) + 132) << ((~code >> 4) & 7)) - 132;
  return frame.reduce((sum, code) => sum + magnitude(code), 0) / frame.length;
}
