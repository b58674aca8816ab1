import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { systemClock } from '../clock.ts';
import { createEgress } from '../webhooks/egress.ts';
import { createHttpSender } from '../webhooks/http-request.ts';
import { resolveBySystem } from '../webhooks/names/name-lookup.ts';
import { lintCommand } from './command.ts';
import { createFetchDocument } from './fetch-document.ts';

// Authors run this on their own machine, and their server may well be there too: loopback is allowed.
const sender = createHttpSender({
  egress: createEgress({ allow: [], deny: [], denyLoopback: false }),
  resolve: resolveBySystem,
  clock: systemClock,
  userAgent: 'Legwork-lint',
  connectTimeoutMs: 5_000,
  timeoutMs: 15_000,
});

try {
  process.exitCode = await lintCommand(process.argv.slice(2), {
    fetchDocument: createFetchDocument(sender),
    readFile: (path) => readFile(path),
    readInput: () => buffer(process.stdin),
    out: (line) => console.log(line),
    err: (line) => console.error(line),
  });
} finally {
  sender.close();
}
