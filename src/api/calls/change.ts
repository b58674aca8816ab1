import { compact } from '../../call/compact.ts';
import { API_ERRORS, type ApiError, badRequest, notFound } from '../errors.ts';
import type { Form } from '../form.ts';
import { KeyedSerial } from '../../concurrency/serial.ts';
import type { CallRecord, CallRepository } from '../../records/repositories.ts';
import type { CallChange, CallService } from '../ports.ts';
import type { ApiRequest } from '../route.ts';
import { ignoredIn } from './ignored.ts';
import { requestTarget } from './request-target.ts';
import { type ChangedCall, changedCallSchema } from './schema.ts';

/** What `POST P/Calls/{sid}` asks for: an end, a change, or a new status callback and then an end. */
interface AskedChange {
  readonly change?: CallChange;
  readonly status?: 'completed' | 'canceled';
}

const DOCUMENT = 'Url, Twiml or Rcml';

/** A parameter that has no meaning without one of the others is refused, instead of silently doing nothing. */
const NEEDS: readonly (readonly [keyof ChangedCall, readonly (keyof ChangedCall)[]])[] = [
  ['Method', ['Url']],
  ['FallbackUrl', ['Url', 'Twiml', 'Rcml']],
  ['FallbackMethod', ['FallbackUrl']],
  ['StatusCallbackMethod', ['StatusCallback']],
];

/** The change that a form asks for. @throws ApiError when its parameters do not go together */
function askedChangeOf(given: ChangedCall, sent: Form): AskedChange {
  for (const [name, others] of NEEDS) {
    if (given[name] !== undefined && others.every((other) => given[other] === undefined)) {
      throw badRequest(API_ERRORS.badRequest, `${name} needs ${listed(others)}`);
    }
  }
  const document = documentOf(given);
  if (given.MoveConnectedCallLeg === true && document === undefined) {
    throw badRequest(API_ERRORS.badRequest, `MoveConnectedCallLeg needs ${DOCUMENT}`);
  }
  if (given.Status !== undefined && (document !== undefined || given.Mute !== undefined)) {
    const other = document === undefined ? 'Mute' : DOCUMENT;
    throw badRequest(API_ERRORS.badRequest, `Status and ${other} cannot be changed in one request`);
  }
  const change = changeOf(given, document, ignoredIn(sent, changedCallSchema));
  if (change === undefined && given.Status === undefined && given.Note === undefined) {
    throw badRequest(
      API_ERRORS.badRequest,
      `One of Status (completed or canceled), ${DOCUMENT}, Mute, StatusCallback and Note is required`,
    );
  }
  return compact({ change, status: given.Status });
}

export interface ChangeDeps {
  readonly calls: Pick<CallRepository, 'note'>;
  readonly callService: CallService;
}

type ChangeRequest = Pick<ApiRequest, 'sent'> & {
  readonly found: Pick<CallRecord, 'accountSid' | 'sid'>;
  readonly form: ChangedCall;
};

/**
 * Makes changes to calls; changes to one call are made one after another.
 * @throws ApiError 404, or 400 with code 21220 when the call is not in a state that allows it
 */
export function callChanges({ calls, callService }: ChangeDeps): (request: ChangeRequest) => Promise<void> {
  const queue = new KeyedSerial();
  return async ({ found: { accountSid, sid }, form, sent }) => {
    const { change, status } = askedChangeOf(form, sent.form);
    await queue.run(sid, async () => {
      if (change !== undefined) await modify(callService, accountSid, sid, change);
      if (status !== undefined) await end(callService, accountSid, sid, status);
      if (form.Note !== undefined) await calls.note(accountSid, sid, form.Note ?? '');
    });
  };
}

async function modify(
  callService: CallService,
  accountSid: string,
  sid: string,
  change: CallChange,
): Promise<void> {
  const outcome = await callService.modify(accountSid, sid, change);
  if (outcome === 'not-found') throw notFound(`Call ${sid}`);
  if (outcome === 'already-over') throw isOver(sid);
}

async function end(
  callService: CallService,
  accountSid: string,
  sid: string,
  status: 'completed' | 'canceled',
): Promise<void> {
  switch (await callService.end(accountSid, sid, status)) {
    case 'not-found':
      throw notFound(`Call ${sid}`);
    case 'already-over':
      throw isOver(sid);
    case 'not-cancelable':
      throw badRequest(
        API_ERRORS.callState,
        'Status can be set to canceled only while the call is queued or ringing; completed ends it in any state',
      );
    case 'ended':
      return;
  }
}

function isOver(sid: string): ApiError {
  return badRequest(API_ERRORS.callState, `Call ${sid} cannot be changed: the call is over`);
}

/** Url takes precedence over an inline document, as when a call is made. */
function documentOf({ Url: url, Method: method = 'POST', Twiml, Rcml }: ChangedCall): CallChange['document'] {
  if (url !== undefined) return { kind: 'url', url, method };
  const text = Twiml ?? Rcml;
  return text === undefined ? undefined : { kind: 'inline', text };
}

function changeOf(
  given: ChangedCall,
  document: CallChange['document'],
  ignored: CallChange['ignored'],
): CallChange | undefined {
  const { Mute: mute } = given;
  const statusCallback = requestTarget(given.StatusCallback, given.StatusCallbackMethod);
  if (document === undefined && mute === undefined && statusCallback === undefined) return undefined;
  return compact({
    document,
    fallback: requestTarget(given.FallbackUrl, given.FallbackMethod),
    moveConnected: given.MoveConnectedCallLeg ?? false,
    mute,
    statusCallback,
    ignored,
  });
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
