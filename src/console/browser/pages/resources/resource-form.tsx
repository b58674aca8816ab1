import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { changedFields } from '../../../data/form-fields.ts';
import { useConsole } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/texts.tsx';
import { messageOf } from '../../platform/api.ts';
import { fieldText } from '../../platform/forms.ts';
import { type AnyResource, type Field, type ResourceKind, textOf } from './resource-kind.ts';

interface ResourceFormProps {
  readonly kind: ResourceKind;
  /** Undefined: a new one is made. */
  readonly resource: AnyResource | undefined;
  readonly onDone: (saved: AnyResource, sent: Readonly<Record<string, string>>) => void;
  readonly onClose: () => void;
}

/** Makes or changes a resource; what REST refuses is said at the field that it is about. */
export function ResourceForm({ kind, resource, onDone, onClose }: ResourceFormProps): JSX.Element {
  const { api } = useConsole();
  const [error, setError] = useState<unknown>();
  const isNew = resource === undefined;
  const fields = kind.fields.filter(({ fixed }) => isNew || fixed !== true);
  const before = Object.fromEntries(fields.map((field) => [field.name, valueOf(field, resource)]));
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    const now = Object.fromEntries(fields.map(({ name }) => [name, fieldText(form, name)]));
    const path = isNew ? kind.path : `${kind.path}/${resource.sid}`;
    const sent = changedFields(before, now);
    api.post<AnyResource>(path, sent).then((saved) => onDone(saved, sent), setError);
  };
  const message = error === undefined ? '' : messageOf(error);
  const wrong = fields.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(message));
  return (
    <Dialog title={isNew ? `New ${kind.one}` : `Change ${kind.one}`} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        {fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={before[field.name] ?? ''}
            required={isNew && field.required === true}
            problem={wrong.includes(field) ? message : undefined}
          />
        ))}
        {wrong.length === 0 && <Problem error={error} />}
        <button type="submit" class="main">
          {isNew ? 'Make' : 'Save'}
        </button>
      </form>
    </Dialog>
  );
}

interface FormFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly required: boolean;
  readonly problem: string | undefined;
}

function FormField({ field, value, required, problem }: FormFieldProps): JSX.Element {
  const { name, kind = 'text', hint } = field;
  const among = kind === 'truth' ? ['false', 'true'] : (field.among ?? []);
  return (
    <label class={problem === undefined ? '' : 'wrong'}>
      <span>
        {name}
        {hint !== undefined && <span class="soft"> · {hint}</span>}
      </span>
      {among.length > 0 ? (
        <select name={name} defaultValue={value === '' ? among[0] : value}>
          {among.map((one) => (
            <option key={one} selected={one === value}>
              {one}
            </option>
          ))}
        </select>
      ) : (
        <FieldInput name={name} kind={kind} value={value} required={required} wrong={problem !== undefined} />
      )}
      {problem !== undefined && (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
    </label>
  );
}

interface FieldInputProps {
  readonly name: string;
  readonly kind: Field['kind'];
  readonly value: string;
  readonly required: boolean;
  readonly wrong: boolean;
}

function FieldInput({ name, kind, value, required, wrong }: FieldInputProps): JSX.Element {
  const shared = { name, defaultValue: value, required, 'aria-invalid': wrong };
  if (kind === 'password') return <input {...shared} type="password" autocomplete="new-password" />;
  return <input {...shared} type="text" autocomplete="off" inputMode={kind === 'url' ? 'url' : 'text'} />;
}

function valueOf({ member }: Field, resource: AnyResource | undefined): string {
  return member === undefined || resource === undefined ? '' : textOf(resource[member]);
}
