import type { Middleware } from 'koa';
import type { AccountRepository, CallRepository } from '../../../records/repositories.ts';
import { notFound } from '../../errors.ts';
import { accountInScope } from '../../http/authentication.ts';
import type { ApiState } from '../../http/state.ts';
import { pcapOf } from './pcap.ts';
import { type FindSip, sipLinesOf } from './sip-lines.ts';

export interface SipCaptureDeps {
  readonly accounts: AccountRepository;
  readonly calls: CallRepository;
  readonly sip: FindSip;
}

const PATH = /^\/Accounts\/(AC[0-9a-f]{32})\/Calls\/(CA[0-9a-f]{32})\/Sip\.pcap$/;

/** `GET P/Calls/{sid}/Sip.pcap`: the SIP messages of a call and the legs below it, as a capture file. */
export function sipCaptures({ accounts, calls, sip }: SipCaptureDeps): Middleware<ApiState> {
  return async (ctx, next) => {
    const [, accountSid, callSid] = PATH.exec(ctx.state.apiPath ?? '') ?? [];
    if (accountSid === undefined || callSid === undefined) return next();
    if (!['GET', 'HEAD'].includes(ctx.method)) return next();
    const { asking } = ctx.state;
    if (asking === undefined) throw notFound();
    await accountInScope(accounts, asking, accountSid, false);
    if ((await calls.find(accountSid, callSid)) === undefined) throw notFound(`Call ${callSid}`);
    const lines = sipLinesOf(await sip(callSid));
    if (lines.length === 0) throw notFound(`A SIP trace of call ${callSid}`);
    ctx.type = 'application/vnd.tcpdump.pcap';
    ctx.set('Content-Disposition', `attachment; filename="${callSid}.pcap"`);
    ctx.body = pcapOf(lines.map(({ message }) => message));
  };
}
