import { compact } from '../../call/compact.ts';
import type { StatusCallback } from '../../call/leg/leg.ts';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import { applicationExists } from '../applications/lookup.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import type { ApiCallOrder, DocumentSource } from '../../rcml/run/api-call-order.ts';
import { termsOf } from '../recordings/schema.ts';
import { machineDetectionOf } from './machine-detection.ts';
import { requestTarget } from './request-target.ts';
import { CALL_EVENTS, type NewCall } from './schema.ts';

const RING_TIMEOUT_S = 60;

/** The order that the form of `POST P/Calls` asks for. @throws ApiError */
export async function callOrderOf(
  accountSid: string,
  given: NewCall,
  applications: Pick<Repository<ApplicationRecord>, 'find'>,
): Promise<ApiCallOrder> {
  return compact({
    accountSid,
    callee: given.To.callee,
    headers: given.To.headers,
    from: given.From,
    callerId: given.CallerId,
    document: await documentOf(accountSid, given, applications),
    fallback: requestTarget(given.FallbackUrl, given.FallbackMethod),
    statusCallback: statusCallbackOf(given),
    timeoutS: given.Timeout ?? RING_TIMEOUT_S,
    timeLimitS: given.TimeLimit,
    sendDigits: given.SendDigits,
    credentials: credentialsOf(given),
    record: given.Record === true ? recordOf(given) : undefined,
    ...machineDetectionOf(given),
  });
}

/** What is not the default. */
function recordOf(given: NewCall): ApiCallOrder['record'] {
  const { channels, trimSilence, ...terms } = termsOf(given);
  return { ...terms, ...(channels === 1 ? {} : { channels }), ...(trimSilence ? { trimSilence } : {}) };
}

function credentialsOf(given: NewCall): ApiCallOrder['credentials'] {
  const { SipAuthUsername: username, SipAuthPassword: password } = given;
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    throw badRequest(API_ERRORS.badRequest, 'SipAuthUsername and SipAuthPassword go together');
  }
  if (given.To.callee.kind !== 'sip') {
    throw badRequest(API_ERRORS.badRequest, 'SipAuthUsername and SipAuthPassword are for SIP addresses only');
  }
  return { username, password };
}

/** Url takes precedence over ApplicationSid, and that over an inline document. */
async function documentOf(
  accountSid: string,
  given: NewCall,
  applications: Pick<Repository<ApplicationRecord>, 'find'>,
): Promise<DocumentSource> {
  if (given.Url !== undefined) return { kind: 'url', url: given.Url, method: given.Method ?? 'POST' };
  const application = await applicationExists(
    applications,
    accountSid,
    'ApplicationSid',
    given.ApplicationSid,
  );
  if (application !== undefined) {
    if (application.voiceUrl === undefined) {
      throw badRequest(
        API_ERRORS.applicationSid,
        'ApplicationSid must name an application that has a VoiceUrl',
      );
    }
    return { kind: 'application', applicationSid: application.sid };
  }
  const text = given.Twiml ?? given.Rcml;
  if (text !== undefined) return { kind: 'inline', text };
  throw badRequest(API_ERRORS.url, 'One of Url, ApplicationSid, Twiml and Rcml is required');
}

function statusCallbackOf(given: NewCall): StatusCallback | undefined {
  if (given.StatusCallback === undefined) return undefined;
  const asked = [...given.StatusCallbackEvent, ...given.StatusCallbackEvents];
  return {
    kind: 'leg',
    url: given.StatusCallback,
    method: given.StatusCallbackMethod ?? 'POST',
    events: asked.length === 0 ? CALL_EVENTS : CALL_EVENTS.filter((event) => asked.includes(event)),
  };
}
