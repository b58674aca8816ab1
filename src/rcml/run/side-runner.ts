import { DocumentRunner, type InterpreterServices } from './document-runner.ts';
import { firstPosition } from './next-step.ts';
import type { DocumentEnd } from './position.ts';
import { TimelineWriter } from './timeline-writer.ts';
import type { SideDocument, SideOutcome } from './side-document.ts';
import { standardParameters } from '../../call/leg/parameters.ts';

/**
 * Runs a side document for a verb, from its request or from where a former process stood. Only some verbs run in it, its
 * end does not end the leg, and its requests have no fallback.
 */
export async function runSideDocument(
  side: SideDocument,
  services: InterpreterServices,
): Promise<SideOutcome> {
  const { live, kind, url, method } = side;
  const timeline = new TimelineWriter(live, services.journal, services.clock);
  let ending: DocumentEnd | undefined;
  const position =
    side.position ??
    firstPosition(
      { first: { url, method } },
      {
        now: services.clock.now(),
        parameters: [...standardParameters(live.leg, live.status), ...(side.parameters?.() ?? [])],
        newToken: () => services.newToken(),
      },
    );
  const runner = new DocumentRunner(live, services, {
    timeline,
    position,
    owner: {
      side: kind,
      ...(side.parameters === undefined ? {} : { parameters: side.parameters }),
      ...(side.onSilent === undefined ? {} : { onSilent: side.onSilent }),
      // Where it stands is part of the state of the verb that runs it.
      keep: async (kept) => {
        await timeline.flush();
        await side.keep(kept);
      },
      end: (how) => {
        ending = how;
        return Promise.resolve();
      },
      runSide: (inner) => runSideDocument(inner, services),
    },
  });
  const stop = () => runner.stop();
  side.signal.addEventListener('abort', stop);
  if (side.signal.aborted) stop();
  await (side.position === undefined ? runner.run() : runner.resume());
  await timeline.flush();
  side.signal.removeEventListener('abort', stop);
  if (runner.stopped || live.signal.aborted) return 'stopped';
  return ending === undefined ? 'failed' : OUTCOMES[ending.why];
}

const OUTCOMES: Readonly<Record<DocumentEnd['why'], SideOutcome>> = {
  'end-of-document': 'finished',
  'hang-up': 'declined',
  leave: 'left',
  'endless-loop': 'failed',
  'no-document': 'failed',
};
