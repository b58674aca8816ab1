import { randomBytes } from 'node:crypto';
import type { DoctorCheck } from '../../records/doctor-report.ts';
import { Phone } from '../../phone/phone.ts';

/** Requests of the installation's own account, relative to it. */
export type Rest = (
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
) => Promise<unknown>;

const NAME = 'call';
/** Tones of keys, which nothing else sends. */
const [CALLERS_TONE, CALLEES_TONE] = [697, 852] as const;

/**
 * Calls one phone by another through everything, with sound in both directions: two clients are made for it over REST,
 * and removed. The call stays in the list of calls.
 */
export async function loopbackCall(
  sip: { readonly host: string; readonly port: number },
  rest: Rest,
  steady: () => number,
): Promise<DoctorCheck> {
  const began = steady();
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const [caller, callee] = [await makePhone(sip, rest, ends), await makePhone(sip, rest, ends)];
    const call = await caller.call(callee.name);
    const atCallee = await callee.incoming();
    await atCallee.answer();
    await call.answered;
    call.audio.sendTone(CALLERS_TONE);
    atCallee.audio.sendTone(CALLEES_TONE);
    await Promise.all([call.audio.heardTone(CALLEES_TONE), atCallee.audio.heardTone(CALLERS_TONE)]);
    await call.hangUp();
    const ms = Math.round(steady() - began);
    return {
      name: NAME,
      ok: true,
      text: `A call on this machine was heard in both directions (${ms} ms in all)`,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'Look at the log, and at the ports: SIP_PORT, RTP_PORT_MIN to RTP_PORT_MAX.';
    return { name: NAME, ok: false, text: `A call on this machine failed: ${why}`, remedy };
  } finally {
    for (const end of ends.toReversed()) await end().catch(() => undefined);
  }
}

async function makePhone(
  server: { readonly host: string; readonly port: number },
  rest: Rest,
  ends: (() => Promise<unknown>)[],
): Promise<Phone> {
  const name = `doctor-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const { sid } = (await rest('POST', '/Clients.json', { Login: name, Password: password, Srtp: 'off' })) as {
    sid: string;
  };
  ends.push(() => rest('DELETE', `/Clients/${sid}.json`));
  const phone = await Phone.start({ name, password, server, waitMs: 15_000 });
  ends.push(() => phone.stop());
  await phone.register();
  return phone;
}
