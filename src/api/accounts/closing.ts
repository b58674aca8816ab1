import { compact } from '../../call/compact.ts';
import type { AccountRepository, CallRepository } from '../../records/repositories.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { CallService } from '../ports.ts';

const LIVE = ['queued', 'ringing', 'in-progress'] as const;
const PAGE_SIZE = 100;

export interface ClosingDeps {
  readonly accounts: AccountRepository;
  readonly calls: CallRepository;
  readonly callService: CallService;
}

/** Ends every live call of an account and of those below it. @throws StoreUnavailableError */
export async function endCallsOf(accountSid: string, deps: ClosingDeps): Promise<void> {
  for await (const { sid } of all((page) => deps.accounts.list(accountSid, page, {}))) {
    for (const status of LIVE) {
      for await (const call of all((page) => deps.calls.list(sid, page, { status }))) {
        await deps.callService.end(sid, call.sid, 'completed');
      }
    }
  }
}

async function* all<T>(list: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  let key: string | undefined;
  for (let page = 0; page === 0 || key !== undefined; page += 1) {
    const found = await list(compact({ page, pageSize: PAGE_SIZE, key }));
    yield* found.items;
    key = found.nextKey;
  }
}
