import { Button, EmptyState, EmptyStateBody, Modal, ModalBody, ModalHeader, SearchInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { AddableDevice, GuestHardware } from '#model/hardware';
import type { HostId } from '#model/host';
import type { Wished } from './wished.ts';
import { changedValues, draftKey, type Refusal, useFormDraft } from './form-drafts.ts';
import { FormModal } from './form-modal.tsx';
import { groups } from './groups.ts';

interface AddDialogProps {
  readonly hardware: Pick<GuestHardware, 'addable' | 'running'>;
  readonly host: HostId;
  readonly scope: string;
  /** The sort that was chosen. */
  readonly kind: string | null;
  readonly refusal: Refusal | null;
  onChoose(kind: string | null): void;
  onReview(wished: Wished): void;
  onClose(): void;
}

/** A new device: which sort, then its form. */
export function AddDialog({ hardware, kind, onChoose, onClose, ...rest }: AddDialogProps) {
  const chosen = hardware.addable.find((one) => one.kind === kind);
  if (chosen === undefined) return <ChooseKind addable={hardware.addable} onChoose={onChoose} onClose={onClose} />;
  return <NewDevice key={chosen.kind} {...rest} sort={chosen} running={hardware.running} onBack={() => onChoose(null)} onClose={onClose} />;
}

interface ChooseKindProps extends Pick<AddDialogProps, 'onChoose' | 'onClose'> {
  readonly addable: readonly AddableDevice[];
}

function ChooseKind({ addable, onChoose, onClose }: ChooseKindProps) {
  const [search, setSearch] = useState('');
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = addable.filter(({ title, help, kind }) => {
    const text = `${title} ${help ?? ''} ${kind}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="hw-add-title" elementToFocus="#hw-add-search input">
      <ModalHeader title="Add a device" labelId="hw-add-title" />
      <ModalBody className="gh-hw-kinds">
        <div id="hw-add-search">
          <SearchInput
            aria-label="Search the sorts of devices"
            placeholder="Search"
            value={search}
            onChange={(_event, text) => setSearch(text)}
            onClear={() => setSearch('')}
          />
        </div>
        {found.length === 0 && (
          <EmptyState titleText="No device of that name" headingLevel="h2" variant="xs">
            <EmptyStateBody>Search for another word.</EmptyStateBody>
          </EmptyState>
        )}
        {groups.map(([group, title]) => {
          const members = found.filter((one) => one.group === group);
          if (members.length === 0) return null;
          return (
            <section key={group} aria-label={title}>
              <h2>{title}</h2>
              <ul>
                {members.map((one) => (
                  <li key={one.kind}>
                    <button
                      type="button"
                      className="gh-hw-page"
                      aria-disabled={one.unavailable !== null}
                      onClick={() => one.unavailable === null && onChoose(one.kind)}
                    >
                      <span className="gh-hw-page__title">{one.title}</span>
                      <span className="gh-hw-page__summary" data-whole>
                        {one.unavailable ?? one.help}
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </ModalBody>
    </Modal>
  );
}

interface NewDeviceProps extends Pick<AddDialogProps, 'host' | 'scope' | 'refusal' | 'onReview' | 'onClose'> {
  readonly sort: AddableDevice;
  readonly running: boolean;
  onBack(): void;
}

function NewDevice({ sort, running, host, scope, refusal, onReview, onBack, onClose }: NewDeviceProps) {
  const { kind, title, help, fields, values, live, unavailable } = sort;
  const subject = { title: `Add: ${title}`, fields, values };
  const draft = useFormDraft(draftKey(scope, 'add', kind), subject);
  return (
    <FormModal
      subject={subject}
      draft={draft}
      help={help}
      host={host}
      refusal={refusal}
      unavailable={unavailable}
      head={
        <p className="gh-hw-modal__head">
          <Button variant="link" isInline onClick={onBack}>
            Another sort of device
          </Button>
          {running && (
            <span className="gh-subtle">{live ? 'The running guest gets it at once.' : 'The guest gets it at its next start.'}</span>
          )}
        </p>
      }
      onReview={() =>
        onReview({
          change: { kind: 'add', device: kind, values: changedValues(draft) },
          title: `Add: ${title}`,
          undoable: true,
          done: () => draft.reset(),
        })
      }
      onClose={onClose}
    />
  );
}
