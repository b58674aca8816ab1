import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useConsole, useLoaded, useMayChange } from '../console-context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { SameByRest } from '../parts/same-by-rest.tsx';
import { Problem, Sid, Status, Time } from '../parts/texts.tsx';
import { Sessions } from './account-sessions.tsx';

/** An account as REST shows it, but for its token, which the pages never show. */
interface Account {
  readonly sid: string;
  readonly friendly_name: string;
  readonly email_address: string | null;
  readonly status: string;
  readonly owner_account_sid: string | null;
  readonly date_created: string;
  readonly previous_auth_token_expires: string | null;
}

/** The account that has signed in, and those below it. */
export function AccountPage(): JSX.Element {
  const { api, session } = useConsole();
  const mayChange = useMayChange();
  const own = useLoaded((signal) => api.get<Account>('', signal), 'account');
  const [asks, setAsks] = useState(false);
  return (
    <main>
      <header class="page-head">
        <h1>Account</h1>
        <span class="right">
          <SameByRest below="" />
        </span>
      </header>
      <Problem error={own.error} />
      {own.value !== undefined && (
        <section class="card padded">
          <Facts
            pairs={[
              ['AccountSid', <Sid key="sid" sid={own.value.sid} />],
              ['Name', own.value.friendly_name],
              ['E-mail', own.value.email_address ?? '–'],
              ['Status', <Status key="status" status={own.value.status} />],
              ['Since', <Time key="since" date={own.value.date_created} />],
              ['This session', session.access === 'read' ? 'may only read' : 'may read and change'],
            ]}
          />
          {mayChange && (
            <button type="button" onClick={() => setAsks(true)}>
              New AuthToken…
            </button>
          )}
        </section>
      )}
      <Sessions />
      <SubAccounts />
      {asks && <RotateDialog onClose={() => setAsks(false)} />}
    </main>
  );
}

function SubAccounts(): JSX.Element | null {
  const { api } = useConsole();
  const accounts = useLoaded((signal) => api.accounts<Account>(signal), 'accounts');
  const below = (accounts.value ?? []).filter(({ sid }) => sid !== api.accountSid);
  if (below.length === 0) return null;
  return (
    <section>
      <h2>Accounts below it</h2>
      <table class="plain-table card-table">
        <thead>
          <tr>
            <th>Name</th>
            <th>AccountSid</th>
            <th>Status</th>
            <th>Since</th>
          </tr>
        </thead>
        <tbody>
          {below.map((account) => (
            <tr key={account.sid}>
              <td>{account.friendly_name}</td>
              <td>
                <Sid sid={account.sid} />
              </td>
              <td>
                <Status status={account.status} />
              </td>
              <td>
                <Time date={account.date_created} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const GRACE = [
  ['86400', 'a day'],
  ['3600', 'an hour'],
  ['0', 'not at all'],
] as const;

function RotateDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { api } = useConsole();
  const [grace, setGrace] = useState('86400');
  const [token, setToken] = useState<string>();
  const [error, setError] = useState<unknown>();
  const rotate = () => {
    api
      .post<{ auth_token: string }>('', { RotateAuthToken: 'true', AuthTokenGracePeriod: grace })
      .then(({ auth_token: made }) => setToken(made), setError);
  };
  return (
    <Dialog title="New AuthToken" onClose={onClose}>
      {token === undefined ? (
        <>
          <p>Requests are signed with the new token from then on. The old one still authenticates for</p>
          <select
            aria-label="Grace period"
            value={grace}
            onChange={({ currentTarget }) => setGrace(currentTarget.value)}
          >
            {GRACE.map(([seconds, words]) => (
              <option key={seconds} value={seconds}>
                {words}
              </option>
            ))}
          </select>
          <Problem error={error} />
          <button type="button" class="danger" onClick={rotate}>
            Make a new token
          </button>
        </>
      ) : (
        <>
          <p>Keep it now; it is not shown again here.</p>
          <pre>{token}</pre>
        </>
      )}
    </Dialog>
  );
}
