import { ActionList, ActionListGroup, ActionListItem, Button, Checkbox, Form, Radio, TextInput } from '@patternfly/react-core';
import { useState, type FormEvent } from 'react';
import type { Fault } from '#model/fault';
import type { Host } from '#model/host';
import { addressWords } from '../../data/address-words.ts';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { AddressFields } from './address-fields.tsx';
import {
  addressOf,
  canLookOnly,
  draftOf,
  emptyDraft,
  kinds,
  looksOnly,
  problemsOf,
  suggestedName,
  uriPreview,
  wishOf,
  withKind,
  type ConnectionDraft,
  type ConnectionKind,
  type DraftField,
} from './connection-draft.ts';
import { forgetDraft, keepDraft, useDraft } from './draft-store.ts';
import { chooseLoginFile } from './file-field.tsx';
import { mendsFor, type Mend } from './mends.ts';
import { saveConnection } from './save-connection.ts';
import { TrialReport } from './trial-report.tsx';
import { useTrial } from './use-trial.ts';

const kindWords: Readonly<Record<ConnectionKind, readonly [label: string, about: string]>> = {
  system: ['This computer', 'The guests of the machine'],
  session: ['This computer, your own session', 'Guests of yours alone, without an administrator'],
  ssh: ['Another computer, by ssh', 'Encrypted; logs in as ssh does'],
  tls: ['Another computer, by TLS', 'Encrypted; both show certificates'],
  tcp: ['Another computer, unencrypted', 'Plain TCP, for networks of their own'],
  uri: ['libvirt address', 'A URI, as virsh takes it'],
};

const triedOf = (draft: ConnectionDraft): string => JSON.stringify([addressOf(draft), looksOnly(draft)]);

interface ConnectionFormProps {
  /** Null: one is added. */
  readonly host: Host | null;
  /** What was saved; null: nothing was. */
  onDone(host: Host | null): void;
}

/** Where a host is and how it is reached, with a way to try it first. */
export function ConnectionForm({ host, onDone }: ConnectionFormProps) {
  const id = host?.id ?? null;
  const draft = useDraft(id) ?? (host === null ? emptyDraft : draftOf(host));
  const [touched, setTouched] = useState<ReadonlySet<DraftField>>(new Set());
  const [pressed, setPressed] = useState(false);
  const [saving, setSaving] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const { trial, begin, forget } = useTrial(id);

  const address = addressOf(draft);
  const all = problemsOf(draft);
  const seen = Object.fromEntries(Object.entries(all).filter(([field]) => pressed || [...touched].some((one) => one === field)));
  const change = (next: ConnectionDraft): void => {
    keepDraft(id, next);
    setFault(null);
    // A result is of the address that was tried.
    if (triedOf(next) !== triedOf(draft)) forget();
  };
  const touch = (field: DraftField): void => setTouched((before) => new Set(before).add(field));
  const focusWrong = (): void => {
    setPressed(true);
    const [wrong] = (['host', 'user', 'port', 'uri', 'name'] as const).filter((field) => all[field] !== undefined);
    if (wrong !== undefined) document.getElementById(`connection-${wrong}`)?.focus();
  };
  const test = (of: ConnectionDraft = draft): void => {
    const tried = addressOf(of);
    if (tried === null) focusWrong();
    else begin({ address: tried, readOnly: looksOnly(of) });
  };
  const mend = async (how: Mend): Promise<void> => {
    if (how.kind === 'change') {
      change(how.draft);
      return;
    }
    try {
      const file = await chooseLoginFile(how.what);
      if (file === null) return;
      const next = how.what === 'ssh-key' ? { ...draft, keyFile: file } : { ...draft, certificates: file };
      change(next);
      test(next);
    } catch (error) {
      setFault(faultOf(error));
    }
  };
  const save = async (connect: boolean): Promise<void> => {
    const wish = wishOf(draft);
    if (wish === null) {
      focusWrong();
      return;
    }
    setSaving(true);
    setFault(null);
    forget();
    try {
      const saved = await saveConnection(id, wish, connect);
      forgetDraft(id);
      onDone(saved);
    } catch (error) {
      const why = faultOf(error);
      // Main asked, and the person thought better of it.
      setFault(why.code === 'cancelled' ? null : why);
      setSaving(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save(true);
  };

  return (
    <Form className="gh-connect" onSubmit={submit} aria-label={host === null ? 'New connection' : 'Connection'}>
      <div className="gh-connect__kinds" role="radiogroup" aria-label="Where the host is">
        {kinds.map((kind) => (
          <Radio
            key={kind}
            id={`road-${kind}`}
            name="connection-kind"
            label={kindWords[kind][0]}
            description={kindWords[kind][1]}
            isChecked={draft.kind === kind}
            onChange={() => change(withKind(draft, kind))}
          />
        ))}
      </div>
      <div className="gh-connect__fields">
        <AddressFields draft={draft} problems={seen} onChange={change} onTouch={touch} />
        <FormField id="connection-name" label="Name" problem={seen['name']}>
          <TextInput
            id="connection-name"
            value={draft.name ?? suggestedName(draft)}
            autoComplete="off"
            spellCheck={false}
            validated={seen['name'] === undefined ? 'default' : 'error'}
            aria-describedby="connection-name-help"
            onChange={(_event, name) => change({ ...draft, name })}
            onBlur={() => draft.name?.trim() === '' && change({ ...draft, name: null })}
          />
        </FormField>
        <Checkbox
          id="connection-autoconnect"
          label="Connect when Guesthouse starts"
          isChecked={draft.autoconnect}
          onChange={(_event, autoconnect) => change({ ...draft, autoconnect })}
        />
        {canLookOnly(draft) && (
          <Checkbox
            id="connection-read-only"
            label="Only look"
            description="For people without the right to manage this host. Nothing can be changed."
            isChecked={draft.readOnly}
            onChange={(_event, readOnly) => change({ ...draft, readOnly })}
          />
        )}
        <p className="gh-connect__address">
          <span className="gh-subtle">Address</span> <code>{uriPreview(draft)}</code>
          {address !== null && address.road !== 'uri' && <span className="gh-subtle gh-connect__words">{addressWords(address)}</span>}
        </p>
        <TrialReport
          trial={trial}
          mends={trial.kind === 'failed' ? mendsFor(trial.fault, draft) : []}
          onMend={(how) => void mend(how)}
          onRetry={() => test()}
          onCancel={forget}
        />
        {fault !== null && <FaultAlert fault={fault} />}
        <ActionList className="gh-connect__actions">
          <ActionListGroup>
            <ActionListItem>
              <Button type="submit" isDisabled={saving} isLoading={saving}>
                {host === null ? 'Add and connect' : 'Save'}
              </Button>
            </ActionListItem>
            {host === null && (
              <ActionListItem>
                <Button variant="secondary" isDisabled={saving} onClick={() => void save(false)}>
                  Add
                </Button>
              </ActionListItem>
            )}
            <ActionListItem>
              <Button variant="secondary" isDisabled={trial.kind === 'running' || saving} onClick={() => test()}>
                Test connection
              </Button>
            </ActionListItem>
          </ActionListGroup>
          <ActionListGroup>
            <ActionListItem>
              <Button
                variant="link"
                onClick={() => {
                  forgetDraft(id);
                  onDone(null);
                }}
              >
                Cancel
              </Button>
            </ActionListItem>
          </ActionListGroup>
        </ActionList>
      </div>
    </Form>
  );
}
