import { readFile } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { systemClock } from '../clock.ts';
import { userEnvironment } from '../config.ts';
import { COLOURED, PLAIN } from '../demo/timeline-rows.ts';
import { watchSignals } from '../stop-signals.ts';
import { authorSender } from './world/author-sender.ts';

const STANDARD_OUTPUT = 1;

async function run(command: string | undefined, args: readonly string[]): Promise<number> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const sender = authorSender(version);
  const world = {
    clock: systemClock,
    sender,
    env: userEnvironment(),
    dress: isatty(STANDARD_OUTPUT) ? COLOURED : PLAIN,
    stopped: watchSignals().stopped,
    out: (line: string) => console.log(line),
    err: (line: string) => console.error(line),
  };
  try {
    // Each loads only what it needs: a start takes less than a second.
    switch (command) {
      case 'dev':
        return await (await import('./dev/command.ts')).devCommand(args, {
          ...world,
          input: process.stdin,
          echo: (text) => void process.stdout.write(text),
        });
      case 'scenario':
        return await (await import('./from-call/command.ts')).scenarioCommand(args, world);
      default:
        return await (await import('./test/command.ts')).testCommand(args, world);
    }
  } finally {
    sender.close();
  }
}

const [command, ...args] = process.argv.slice(2);
process.exitCode = await run(command, args);
// Connections that the application server keeps open, and input that nobody reads any more, must not hold us up.
process.stdout.write('', () => process.exit());
