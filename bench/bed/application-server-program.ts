// The application server of the bench, in a process of its own: serves documents, takes callbacks, and tells its parent
// when it is asked what has come.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppMessage, AppReply, Arrival } from './app-messages.ts';

const documents = new Map<string, string>();
let arrivals: Arrival[] = [];
let callbacks = 0;

process.once('disconnect', () => process.exit(0));
// Ctrl-C reaches us, too; we end with our parent.
process.on('SIGINT', () => undefined);
process.on('message', (message: AppMessage) => {
  if (message.kind === 'documents') {
    for (const [name, text] of Object.entries(message.documents)) documents.set(name, text);
    return tell({ kind: 'done' });
  }
  if (message.kind === 'count') return tell({ kind: 'count', callbacks });
  tell({ kind: 'arrivals', arrivals });
  arrivals = [];
});

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [, kind = '', name = ''] = (request.url ?? '').split('/');
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    arrivals.push({
      at,
      kind: kind === 'callback' ? 'callback' : 'document',
      from: form.get('From') ?? '',
      to: form.get('To') ?? '',
      status: form.get('CallStatus') ?? '',
    });
    if (kind === 'callback') {
      callbacks += 1;
      response.writeHead(204).end();
      return;
    }
    const text = documents.get(name);
    if (text === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/xml' }).end(text);
  });
});
// So that no client sends on a connection that is just being closed.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () =>
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port }),
);

function tell(reply: AppReply): void {
  process.send?.(reply);
}
