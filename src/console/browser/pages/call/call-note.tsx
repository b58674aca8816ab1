import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Call } from '../../../data/resources.ts';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { fieldText } from '../../platform/forms.ts';
import { Problem } from '../../parts/texts.tsx';

const LONGEST = 1000;

/** What people want to remember of a call; it is kept with it. */
export function CallNote({
  call,
  reload,
}: {
  readonly call: Call;
  readonly reload: () => void;
}): JSX.Element | null {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<unknown>();
  if (!mayChange) return null;
  const save = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const text = fieldText(event.currentTarget, 'note');
    api.post(`/Calls/${call.sid}`, { Note: text }).then(() => {
      setOpen(false);
      reload();
    }, setError);
  };
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Note
      </button>
      {isOpen && (
        <Dialog title="Note" onClose={() => setOpen(false)}>
          <form class="form" onSubmit={save}>
            <label>
              What is worth remembering of this call
              <textarea name="note" rows={5} maxLength={LONGEST} defaultValue={call.note ?? ''} />
            </label>
            <Problem error={error} />
            <button type="submit" class="main">
              Save
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
