import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { systemClock } from '../../src/clock.ts';
import { userEnvironment } from '../../src/config.ts';
import { readScenario } from '../../src/kit/scenario/read-scenario.ts';
import { type AuthorServer, startAuthorServer } from '../../src/kit/test/author-server.ts';
import { transcriptOf } from '../../src/kit/transcript/transcript.ts';
import type { Handler } from './application-server.ts';
import { LiveScenario } from './live-scenario.ts';
import { stories } from './live-story.ts';

interface ExampleServer {
  /** Where its `scenarios` lie, from the project's root. */
  readonly folder: string;
  readonly command: () => Promise<string>;
  /** The paths that Legwork asks and tells. */
  readonly paths: readonly string[];
  readonly scenarios: readonly string[];
}

/** Nobody answers for 30 s. */
const LONGEST_MS = 90_000;

/** Performs scenarios of an example of the docs as real calls, and compares with the transcripts beside them. */
export function exampleStories({ folder, command, paths, scenarios }: ExampleServer): void {
  stories(`The application server of ${folder}`, (story) => {
    let server: AuthorServer;

    before(async () => {
      server = await startAuthorServer({
        command: await command(),
        env: userEnvironment(),
        clock: systemClock,
      });
    });

    after(() => server.stop());

    for (const name of scenarios) {
      it(`is asked and told on a real call what its transcript says: ${name}`, async function () {
        this.timeout(LONGEST_MS);
        const file = `${folder}/scenarios/${name}.yaml`;
        const scenario = readScenario(file, await readFile(file, 'utf8'));
        assert.ok('steps' in scenario);
        const { app } = story();
        for (const path of paths) app.reply(path, forwardTo(server));
        const real = await new LiveScenario(story(), scenario).perform();
        const { text } = transcriptOf(real, { server: app.origin, withoutSeconds: true });
        const expected = await readFile(`${folder}/scenarios/${name}.requests`, 'utf8');
        assert.equal(text, expected.replace(/^( +\w+Duration)=\d+$/gm, '$1=<Seconds>'));
      });
    }
  });
}

/** Hands requests on to a server, so that they are seen on their way. */
function forwardTo({ url }: AuthorServer): Handler {
  return async ({ target, method, body, headers }) => {
    const type = { 'content-type': headers['content-type'] ?? '' };
    const reply = await fetch(`${url}${target}`, { method, body, headers: type });
    return { status: reply.status, headers: { 'content-type': 'text/xml' }, body: await reply.text() };
  };
}
