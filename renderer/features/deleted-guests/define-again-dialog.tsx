import { Alert, Button, Form, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { DeletedGuest } from '#model/deleted-guest';
import type { Fault } from '#model/fault';
import { NewGuestName } from '#model/guest';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { NamedDisks } from './named-disks.tsx';

interface DefineAgainDialogProps {
  readonly host: HostId;
  readonly guest: DeletedGuest;
  /** Names of the guests that the host has. */
  readonly taken: ReadonlySet<string>;
  onClose(): void;
  onDone(): void;
}

/** What will be there and what will not, and under which name, before a deleted guest is defined again. */
export function DefineAgainDialog({ host, guest, taken, onClose, onDone }: DefineAgainDialogProps) {
  const id = useId();
  const shown = readableText(guest.name);
  const [typed, type] = useState<string | null>(null);
  const [operation, setOperation] = useState(() => crypto.randomUUID());
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const name = typed ?? shown;
  const problem = problemOf(typed, guest.name, taken);
  const send = async () => {
    if (running || problem !== undefined) return;
    setRunning(true);
    setFault(null);
    try {
      await api.definitions.defineAgain({ guest: { host, id: guest.id }, name: isOwn(typed, guest.name) ? null : typed, operation });
      onDone();
    } catch (error) {
      const why = faultOf(error);
      // Main asked, and the person thought better of it.
      setFault(why.code === 'cancelled' ? null : why);
      setOperation(crypto.randomUUID());
      setRunning(false);
    }
  };
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby={`${id}-title`} elementToFocus={`#${CSS.escape(id)} input`}>
      <ModalHeader
        title={`Define “${shown}” again`}
        labelId={`${id}-title`}
        description="By the definition that it had when it was deleted. It is not started."
      />
      <ModalBody>
        <Form
          id={id}
          className="gh-define-again"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          {fault !== null && <FaultAlert fault={fault} />}
          <FormField id={`${id}-name`} label="Name" problem={problem}>
            <TextInput
              id={`${id}-name`}
              value={name}
              autoComplete="off"
              spellCheck={false}
              validated={problem === undefined ? 'default' : 'error'}
              aria-describedby={`${id}-name-help`}
              onChange={(_event, value) => type(value)}
            />
          </FormField>
          <Outlook guest={guest} />
          <ByHand host={host} guest={guest} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={id} isDisabled={running || problem !== undefined} isLoading={running}>
          Define again
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** The name that it had needs no judging: the host took it once. */
const isOwn = (typed: string | null, own: string): boolean => typed === null || typed === own;

function problemOf(typed: string | null, own: string, taken: ReadonlySet<string>): string | undefined {
  const name = typed ?? own;
  if (taken.has(name)) return 'Another guest is called so by now. Give it another name.';
  if (isOwn(typed, own)) return undefined;
  const verdict = NewGuestName.safeParse(name);
  return verdict.success ? undefined : `${verdict.error.issues[0]?.message}.`;
}

function Outlook({ guest: { outlook } }: { readonly guest: DeletedGuest }) {
  if (outlook === null) return null;
  const gone = outlook.disks.filter(({ found }) => found === 'gone');
  return (
    <>
      {gone.length > 0 && (
        <Alert
          variant="warning"
          component="p"
          isInline
          title={gone.length === 1 ? 'A disk that it had is gone' : `${gone.length} of the disks that it had are gone`}
        >
          It can be defined all the same. It starts again once what is gone is there, or is taken out of its hardware.
        </Alert>
      )}
      <div role="group" aria-label="Its disks">
        <NamedDisks disks={outlook.disks} />
      </div>
      {outlook.lost.length > 0 && <p>Does not come back: {outlook.lost.join(', ')}.</p>}
    </>
  );
}

function ByHand({ host, guest: { id, revision, command } }: { readonly host: HostId; readonly guest: DeletedGuest }) {
  const text = useQuery({
    queryKey: ['kept-text', { host, id }, revision],
    queryFn: () => api.definitions.keptText({ guest: { host, id }, revision }),
    staleTime: Infinity,
  });
  if (command === null) return null;
  return (
    <div className="gh-define-again__command">
      <span className="gh-subtle">By hand, from a file:</span> <code>{readableText(command)}</code>
      <CopyButton text={command} label="Copy the command" />
      {text.data !== undefined && (
        <>
          {' '}
          <span className="gh-subtle">with the definition</span>
          <CopyButton text={text.data} label="Copy the definition" />
        </>
      )}
    </div>
  );
}
