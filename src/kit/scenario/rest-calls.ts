import { compact } from '../../call/compact.ts';
import { callChanges } from '../../api/calls/change.ts';
import { ignoredIn } from '../../api/calls/ignored.ts';
import { callOrderOf } from '../../api/calls/order.ts';
import { changedCallSchema, newCallSchema } from '../../api/calls/schema.ts';
import { readForm } from '../../api/parameters.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { CallServices } from '../../rcml/run/inbound-calls.ts';
import { callService } from '../../main/calls/call-service.ts';
import { formOf } from './api-form.ts';

/** No record is looked up: the calls are all live, and there are no applications. */
const NO_RECORDS = { find: () => Promise.resolve(undefined), note: () => Promise.resolve(false) };

/** What `POST …/Calls` does with these parameters; resolves with the CallSid. @throws ApiError when they are wrong */
export async function createCall(
  services: CallServices,
  parameters: Parameters,
  accountSid: string,
): Promise<string> {
  const form = formOf(parameters);
  const order = await callOrderOf(accountSid, readForm(newCallSchema, form), NO_RECORDS);
  const service = callService(services, NO_RECORDS, () => true);
  const created = await service.create(compact({ ...order, ignored: ignoredIn(form, newCallSchema) }));
  created.start();
  return created.record.sid;
}

/** What `POST …/Calls/CA…` does with these parameters. @throws ApiError when they are wrong, or the call is over */
export async function changeCall(
  services: CallServices,
  parameters: Parameters,
  found: { readonly accountSid: string; readonly sid: string },
): Promise<void> {
  const form = formOf(parameters);
  const change = callChanges({
    calls: NO_RECORDS,
    callService: callService(services, NO_RECORDS, () => true),
  });
  await change({ found, form: readForm(changedCallSchema, form), sent: { query: new Map(), form } });
}
