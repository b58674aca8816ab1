import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { restCurl } from '../../../data/curl.ts';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Link } from '../../parts/link.tsx';
import { SameByRest } from '../../parts/same-by-rest.tsx';
import { Command, Empty, Problem } from '../../parts/texts.tsx';
import { useList } from '../use-list.ts';
import { ResourceForm } from './resource-form.tsx';
import { type AnyResource, type ResourceKind, textOf } from './resource-kind.ts';
import { RoutingCheck } from './routing-check.tsx';

/** A list of resources of one kind, with what can be done with each. */
export function ResourcePage({ kind }: { readonly kind: ResourceKind }): JSX.Element {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const below = `${kind.path}?PageSize=200`;
  const list = useList<AnyResource>({ below, key: kind.key, events: kind.events });
  const [edited, setEdited] = useState<AnyResource | 'new'>();
  const [removed, setRemoved] = useState<AnyResource>();
  const [afterwards, setAfterwards] = useState<ComponentChildren>();
  const done = () => {
    setEdited(undefined);
    setRemoved(undefined);
    list.reload();
  };
  return (
    <main>
      <header class="page-head">
        <h1>{kind.title}</h1>
        <span class="right">
          {kind.path === '/IncomingPhoneNumbers' && <RoutingCheck />}
          <SameByRest below={below} />
          {mayChange && (
            <button type="button" class="main" onClick={() => setEdited('new')}>
              New {kind.one}
            </button>
          )}
        </span>
      </header>
      <Problem error={list.error} />
      {list.isLoaded && list.items.length === 0 ? (
        <Empty title={`No ${kind.title.toLowerCase()} yet`}>
          <p>{kind.purpose}</p>
          <Command text={restCurl({ method: 'POST', url: api.url(kind.path), form: kind.example })} />
        </Empty>
      ) : (
        <ResourceTable kind={kind} items={list.items} onEdit={setEdited} onRemove={setRemoved} />
      )}
      {list.hasMore && (
        <button type="button" onClick={list.loadMore}>
          More
        </button>
      )}
      {edited !== undefined && (
        <ResourceForm
          kind={kind}
          resource={edited === 'new' ? undefined : edited}
          onDone={(saved, sent) => {
            done();
            setAfterwards(kind.afterwards?.(saved, sent, () => setAfterwards(undefined)));
          }}
          onClose={() => setEdited(undefined)}
        />
      )}
      {afterwards}
      {removed !== undefined && (
        <RemoveDialog kind={kind} resource={removed} onDone={done} onClose={() => setRemoved(undefined)} />
      )}
    </main>
  );
}

interface TableProps {
  readonly kind: ResourceKind;
  readonly items: readonly AnyResource[];
  readonly onEdit: (resource: AnyResource) => void;
  readonly onRemove: (resource: AnyResource) => void;
}

function ResourceTable({ kind, items, onEdit, onRemove }: TableProps): JSX.Element {
  const mayChange = useMayChange();
  return (
    <table class="plain-table card-table">
      <thead>
        <tr>
          {kind.columns.map(({ heading }) => (
            <th key={heading}>{heading}</th>
          ))}
          <th>
            <span class="unseen">Do</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((resource) => (
          <tr key={resource.sid}>
            {kind.columns.map(({ heading, value }) => (
              <td key={heading}>{value(resource)}</td>
            ))}
            <td class="row-actions">
              <Link to={`/calls${kind.calls(resource)}`}>Calls</Link>
              {kind.more?.(resource)}
              {mayChange && (
                <>
                  <button type="button" class="quiet" onClick={() => onEdit(resource)}>
                    Change
                  </button>
                  <button type="button" class="quiet" onClick={() => onRemove(resource)}>
                    Remove
                  </button>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RemoveProps {
  readonly kind: ResourceKind;
  readonly resource: AnyResource;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function RemoveDialog({ kind, resource, onDone, onClose }: RemoveProps): JSX.Element {
  const { api } = useConsole();
  const [error, setError] = useState<unknown>();
  const name = textOf(resource['phone_number'] ?? resource['login'] ?? resource['friendly_name']);
  const remove = () => {
    api.remove(`${kind.path}/${resource.sid}`).then(onDone, setError);
  };
  return (
    <Dialog title={`Remove ${kind.one} ${name}?`} onClose={onClose}>
      <p>Calls that run go on. New ones no longer find it.</p>
      <Problem error={error} />
      <button type="button" class="danger" onClick={remove}>
        Remove
      </button>
    </Dialog>
  );
}
