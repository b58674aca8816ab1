import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../parts/texts.tsx';
import { fieldText } from '../platform/forms.ts';
import { type Session, signIn } from '../platform/session.ts';

interface SignInProps {
  /** Somebody had signed in, and the session is over. */
  readonly expired: boolean;
  readonly onSignedIn: (session: Session) => void;
}

/** Asks for an account and its token, which the browser does not keep: what it gets for them is a cookie. */
export function SignInPage({ expired, onSignedIn }: SignInProps): JSX.Element {
  const [error, setError] = useState<unknown>();
  const [isAsking, setAsking] = useState(false);
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    setAsking(true);
    setError(undefined);
    signIn(fieldText(form, 'account'), fieldText(form, 'token'), fieldText(form, 'read') !== '')
      .then(onSignedIn, setError)
      .finally(() => setAsking(false));
  };
  return (
    <main class="alone">
      <h1>Legwork</h1>
      {expired && error === undefined && (
        <p class="connection" role="status">
          Your session is over. Sign in to go on where you were.
        </p>
      )}
      <form onSubmit={submit} class="card form">
        <label>
          Account
          <input
            name="account"
            required
            autocomplete="username"
            placeholder="AC… or an e-mail address"
            autofocus
          />
        </label>
        <label>
          AuthToken
          <input name="token" type="password" required autocomplete="current-password" />
        </label>
        <label class="check">
          <input type="checkbox" name="read" /> Read only: nothing can be changed in this session
        </label>
        <Problem error={error} />
        <button type="submit" class="main" disabled={isAsking}>
          {isAsking ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p class="soft">
        Both are on the screen of <code>npm start</code>, and in <code>DATA_DIR/connection.json</code> while
        Legwork runs. <a href="/console/open">Open an exported call</a> needs neither.
      </p>
    </main>
  );
}
