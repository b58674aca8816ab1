import { compile, type Document } from '../../rcml/document/compile.ts';
import { RcmlError } from '../../rcml/document/problem.ts';
import type { CompiledVerb } from '../../rcml/document/verb.ts';
import type { RecordedEvent } from './recorded-call.ts';

/** What the documents of a timeline say; only short ones are kept in it whole. */
export class SpokenTexts {
  #document: Document | undefined;

  /** The document that the verbs from now on are of. */
  take({ data, request, response }: RecordedEvent): void {
    const text = response?.response_body ?? '';
    const isWhole = data['characters'] === text.length;
    const contentType = typeof data['contentType'] === 'string' ? data['contentType'] : '';
    this.#document = isWhole ? compiled(text, contentType, request?.url ?? undefined) : undefined;
  }

  /** What a verb says first, itself or inside it. */
  saidBy({ data }: RecordedEvent): string | undefined {
    const verb = this.#document?.verbs.find(
      ({ name, line, column }) => name === data['name'] && line === data['line'] && column === data['column'],
    );
    return verb === undefined ? undefined : textOf(verb);
  }
}

function compiled(text: string, contentType: string, url: string | undefined): Document | undefined {
  try {
    return compile({ text, contentType, ...(url === undefined ? {} : { url }) });
  } catch (error) {
    if (error instanceof RcmlError) return undefined;
    throw error;
  }
}

function textOf({ name, value, lint }: CompiledVerb): string | undefined {
  const isSay = name === 'Say' && typeof value === 'object' && value !== null && 'text' in value;
  if (isSay && typeof value.text === 'string') return value.text;
  return (lint.inner ?? []).map(textOf).find((text) => text !== undefined);
}
