import { systemClock } from '../clock.ts';
import type { Cleanups } from './cleanups.ts';
import type { Connection } from './connection.ts';
import { Rest } from './rest.ts';
import { playStory } from './story.ts';
import { chooseNames, createNumber, hireCast } from './story-cast.ts';
import { checkStory, STORY_LENGTH } from './story-check.ts';
import { type LegLetter, legOf, type StoryNames, type StoryRequest } from './story-request.ts';
import { StoryServer } from './story-server.ts';
import { type Ending, type Heard, type SummedLeg, summaryLines, troublesOf } from './story-summary.ts';
import { replyLine, requestLines, timelineHead } from './timeline.ts';
import { COLOURED, PLAIN, phoneLine } from './timeline-rows.ts';

const LAST_REQUEST_WITHIN_MS = 10_000;
/** If there is one request too many, it comes soon after the last one. */
const ONE_TOO_MANY_MS = 500;

/** How a performance went, and the call that it made. */
export interface Performance {
  readonly asTold: boolean;
  /** Undefined when it came to no call. */
  readonly callSid: string | undefined;
}

/** Plays the story on a running Legwork, and shows it. */
export async function performStory(
  connection: Connection,
  cleanups: Cleanups,
  say: (line: string) => void,
): Promise<Performance> {
  const names = chooseNames();
  const dress = process.stdout.isTTY && process.stdout.hasColors() ? COLOURED : PLAIN;
  const letters = new Map<string, LegLetter>();
  let began = systemClock.now();
  const elapsed = () => systemClock.now() - began;
  const show = (request: StoryRequest, reply: string | undefined) => {
    const letter = legOf(request.parameters, names);
    if (letter !== undefined) letters.set(request.parameters.get('CallSid') ?? '', letter);
    for (const line of requestLines(request, (callSid) => letters.get(callSid), dress)) say(line);
    if (reply !== undefined) say(replyLine(reply, dress));
  };
  const { authToken } = connection;
  const server = await StoryServer.start({ names, authToken, elapsed, onRequest: show });
  cleanups.add(() => server.stop());
  const rest = new Rest(connection);
  await createNumber(rest, names, (path) => server.url(path), cleanups);
  const cast = await hireCast(rest, connection, names, cleanups);
  say(`${names.alice}, ${names.bob} and ${names.carol} are registered at ${sipAddress(connection)}`);
  say(`The application server listens at ${server.url('')}\n`);
  say(timelineHead(dress));
  began = systemClock.now();
  const played = await playStory(cast, names, (text) => say(phoneLine(elapsed(), text, dress))).catch(
    (error: Error) => error,
  );
  await server.until(() => checkStory(server.requests, names).missing.length === 0, LAST_REQUEST_WITHIN_MS);
  await systemClock.sleep(ONE_TOO_MANY_MS);
  const legs = await summedLegs(rest, letters).catch((error: Error) => error);
  const ending = endingOf(played, server.requests, names, legs);
  say('');
  for (const line of summaryLines(ending)) say(line);
  const callSid = [...letters].find(([, letter]) => letter === 'A')?.[0];
  return { asTold: troublesOf(ending).length === 0, callSid };
}

function endingOf(
  played: Heard | Error,
  requests: readonly StoryRequest[],
  names: StoryNames,
  legs: readonly SummedLeg[] | Error,
): Ending {
  const failures = [played, legs].filter((outcome) => outcome instanceof Error);
  return {
    legs: legs instanceof Error ? [] : legs,
    heard: played instanceof Error ? undefined : played,
    requests: requests.length,
    expected: STORY_LENGTH,
    check: checkStory(requests, names),
    troubles: failures.map(({ message }) => `${message}.`),
  };
}

async function summedLegs(
  rest: Rest,
  letters: ReadonlyMap<string, LegLetter>,
): Promise<readonly SummedLeg[]> {
  const legs: SummedLeg[] = [];
  for (const [callSid, letter] of [...letters].toSorted(([, a], [, b]) => a.localeCompare(b))) {
    const call = await rest.read('Calls', callSid);
    legs.push({
      letter,
      callSid,
      from: String(call['from']),
      to: String(call['to']),
      status: String(call['status']),
      talked: String(call['duration']),
      rang: String(call['ring_duration']),
    });
  }
  return legs;
}

function sipAddress({ sip }: Connection): string {
  return `${sip.host}:${sip.port}`;
}
