import type { RequestKind, StoryNames } from './story-request.ts';

/** The paths of the story's application server, and what comes there. */
export const STORY_PATHS: Readonly<Record<string, RequestKind>> = {
  '/voice': 'document',
  '/dial-done': 'dial action',
  '/number-status': 'number status',
  '/leg-status': 'leg status',
};

/** A reply of the application server, and the same in words. */
export interface StoryReply {
  readonly rcml: string;
  readonly inWords: string;
}

/** The application: it rings bob and, when he is busy, carol. Undefined when no reply is expected. */
export function replyTo(
  kind: RequestKind,
  parameters: ReadonlyMap<string, string>,
  names: StoryNames,
): StoryReply | undefined {
  if (kind === 'document') return dial(names.bob);
  if (kind !== 'dial action') return undefined;
  if (parameters.get('DialCallStatus') === 'busy') return dial(names.carol);
  return { rcml: '<Response/>', inWords: 'nothing more to do' };
}

function dial(login: string): StoryReply {
  const client = `<Client statusCallback="/leg-status">${login}</Client>`;
  return {
    rcml: `<Response>\n  <Dial action="/dial-done">\n    ${client}\n  </Dial>\n</Response>\n`,
    inWords: `Dial ${login}, then ask /dial-done`,
  };
}
