import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Console, ConsoleContext } from './console-context.ts';
import { OpenFilePage } from './pages/call/open-file-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { Api, messageOf } from './platform/api.ts';
import { listenTogether, type LiveListener, REFUSED } from './platform/live.ts';
import { usePlace } from './platform/location.ts';
import { currentSession, type Session, signOut } from './platform/session.ts';
import { Shell } from './shell.tsx';

/** The pages of whoever has signed in; before that, the one that asks for it. */
export function App(): JSX.Element {
  const place = usePlace();
  const [session, setSession] = useState<Session | undefined | 'asking'>('asking');
  const [error, setError] = useState<string>();
  const [expired, setExpired] = useState(false);
  const ask = () => {
    setError(undefined);
    currentSession().then(setSession, (failure: unknown) => setError(messageOf(failure)));
  };
  useEffect(ask, []);
  // A file needs neither an account nor a server.
  if (place.path === '/open') return <OpenFilePage />;
  if (error !== undefined) return <Unreachable message={error} retry={ask} />;
  if (session === 'asking') return <p class="starting">Loading…</p>;
  if (session === undefined) {
    const signedIn = (found: Session) => {
      setExpired(false);
      setSession(found);
    };
    return <SignInPage expired={expired} onSignedIn={signedIn} />;
  }
  const leave = () => setSession(undefined);
  const onSignedOut = () => {
    setExpired(true);
    leave();
  };
  return (
    <SignedIn
      key={session.account_sid}
      session={session}
      onExpired={onSignedOut}
      onLeave={() => {
        signOut().then(leave, leave);
      }}
    />
  );
}

interface SignedInProps {
  readonly session: Session;
  readonly onExpired: () => void;
  readonly onLeave: () => void;
}

function SignedIn({ session, onExpired, onLeave }: SignedInProps): JSX.Element {
  const value = useMemo(() => consoleOf(session, onExpired), [session]);
  useEffect(() => value.open(), [value]);
  return (
    <ConsoleContext.Provider value={value}>
      <Shell onLeave={onLeave} />
    </ConsoleContext.Provider>
  );
}

function consoleOf(session: Session, onExpired: () => void): Console & { open(): () => void } {
  const api = new Api(session.account_sid, onExpired);
  const listeners = new Set<LiveListener>();
  const url = api.path('/Live').replace(/\.json$/, '');
  return {
    api,
    session,
    onLive: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: () =>
      listenTogether(url, (event) => {
        // Nothing else may be asked for a long time, so nobody else would notice that the session is over.
        if (event.event === REFUSED) void endIfExpired(onExpired);
        for (const listener of listeners) listener(event);
      }),
  };
}

async function endIfExpired(onExpired: () => void): Promise<void> {
  const isOver = await currentSession().then(
    (session) => session === undefined,
    () => false,
  );
  if (isOver) onExpired();
}

function Unreachable({ message, retry }: { readonly message: string; readonly retry: () => void }) {
  return (
    <main class="alone">
      <h1>Legwork</h1>
      <p class="problem" role="alert">
        {message}
      </p>
      <button type="button" class="main" onClick={retry}>
        Try again
      </button>
    </main>
  );
}
