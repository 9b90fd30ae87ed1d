import { Alert, Button, Tab, TabTitleText, Tabs, Tooltip } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import type { DeviceAction, DevicePage, GuestHardware } from '#model/hardware';
import { type Field, fieldProblems } from '#model/hardware-field';
import type { HostId } from '#model/host';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { ApplyBar } from './apply-bar.tsx';
import { DisputedFields } from './disputed-fields.tsx';
import { fieldId } from './field-row.tsx';
import { changedValues, draftKey, type Refusal, standing, useFormDraft } from './form-drafts.ts';
import { FormSections } from './form-sections.tsx';
import type { Wished } from './wished.ts';
import { XmlPart } from './xml-part.tsx';

interface DeviceFormProps {
  readonly page: DevicePage;
  readonly hardware: Pick<GuestHardware, 'running' | 'persistent'>;
  readonly host: HostId;
  readonly scope: string;
  readonly blocked: string | null;
  /** A field that was searched for; a new object each time. */
  readonly wanted: { readonly key: string } | null;
  /** What the host said against what was typed, when it was reviewed. */
  readonly refusal: Refusal | null;
  readonly xmlRefusal: Refusal | null;
  onReview(wished: Wished): void;
  onAct(page: DevicePage, action: DeviceAction): void;
}

/** One device or part of the machine: its settings, its definition, and what can be done with it. Give it a `key` of its own for each. */
export function DeviceForm(props: DeviceFormProps) {
  const { page, hardware, wanted } = props;
  const [tab, setTab] = useState<'settings' | 'xml'>(page.fields.length === 0 ? 'xml' : 'settings');
  const [seen, see] = useState(wanted);
  if (seen !== wanted) {
    see(wanted);
    setTab('settings');
  }
  return (
    <article className="gh-hw-device" aria-label={readableText(page.title)}>
      <DeviceHead {...props} />
      {page.notes.map((note) => (
        <Alert key={note} variant="warning" component="p" isInline isPlain title={readableText(note)} />
      ))}
      {page.presence !== 'both' && hardware.running && (
        <Alert variant="info" component="p" isInline isPlain title={presences[page.presence]} />
      )}
      {page.xml === null || page.fields.length === 0 ? null : (
        <Tabs
          activeKey={tab}
          isSubtab
          aria-label="Settings or definition"
          onSelect={(_event, key) => setTab(key === 'xml' ? 'xml' : 'settings')}
        >
          <Tab eventKey="settings" title={<TabTitleText>Settings</TabTitleText>} tabContentId="hw-settings" />
          <Tab eventKey="xml" title={<TabTitleText>Definition (XML)</TabTitleText>} tabContentId="hw-xml" />
        </Tabs>
      )}
      {tab === 'xml' && page.xml !== null ? <XmlPart {...props} xml={page.xml} /> : <Settings {...props} />}
    </article>
  );
}

const presences = {
  running: 'Only the running guest has it: it is gone from the next start on.',
  'next-start': 'The guest has it from its next start on.',
} as const;

function DeviceHead({ page, blocked, onReview, onAct }: DeviceFormProps) {
  const { id, title, help, removal, actions } = page;
  const cannot = blocked ?? removal?.fixed ?? null;
  const remove = (
    <Button
      variant="secondary"
      size="sm"
      isDanger
      isAriaDisabled={cannot !== null}
      onClick={() =>
        onReview({
          change: { kind: 'remove', device: id },
          title: `Remove “${readableText(title)}”`,
          undoable: !hasSecret(page),
          done: () => {},
        })
      }
    >
      Remove…
    </Button>
  );
  return (
    <header className="gh-hw-device__head">
      <h3>
        <ForeignText text={title} />
      </h3>
      <div className="gh-hw-device__tools">
        {actions.map((action) => {
          const why = blocked ?? action.unavailable;
          const button = (
            <Button
              key={action.key}
              variant="secondary"
              size="sm"
              isDanger={action.danger}
              isAriaDisabled={why !== null}
              onClick={() => onAct(page, action)}
            >
              {`${action.label}…`}
            </Button>
          );
          return why === null ? (
            button
          ) : (
            <Tooltip key={action.key} content={why}>
              {button}
            </Tooltip>
          );
        })}
        {removal !== null && (cannot === null ? remove : <Tooltip content={cannot}>{remove}</Tooltip>)}
      </div>
      {help !== null && <p className="gh-subtle">{help}</p>}
    </header>
  );
}

function Settings({ page, hardware, host, scope, blocked, wanted, refusal, onReview }: DeviceFormProps) {
  const draft = useFormDraft(draftKey(scope, page.id), page);
  const own = fieldProblems(page.fields, draft.values, page.values);
  const problems = [...own, ...standing(refusal, draft)];
  useWantedField(wanted);
  const review = () => {
    if (own.length > 0) return focusProblem();
    onReview({
      change: { kind: 'set', device: page.id, values: changedValues(draft) },
      title: `Change “${readableText(page.title)}”`,
      undoable: !draft.changed.some(isSecret),
      done: () => draft.reset(),
    });
  };
  return (
    <div id="hw-settings" className="gh-hw-settings">
      {draft.disputed.length > 0 && <DisputedFields page={page} draft={draft} onApply={blocked === null ? review : null} />}
      <FormSections
        form={FORM}
        subject={page}
        draft={draft}
        problems={problems}
        running={page.running}
        host={host}
        blocked={blocked}
        wanted={wanted?.key ?? null}
        effectOf={(field) => (hardware.running ? (field.live && page.presence !== 'next-start' ? 'now' : 'next-start') : null)}
        fixedOf={(field) => field.fixed ?? (hardware.persistent || field.live ? null : onlyLive)}
        onSubmit={() => blocked === null && draft.changed.length > 0 && review()}
      />
      {draft.changed.length > 0 && (
        <ApplyBar count={draft.changed.length} problems={own.length} blocked={blocked} form={FORM} onDiscard={() => draft.reset()} />
      )}
    </div>
  );
}

const isSecret = ({ kind }: Field): boolean => kind === 'secret';
/** An old password is known to nobody here: brought back without it, a display would let everybody in. */
const hasSecret = ({ fields, values }: DevicePage): boolean =>
  fields.some((field) => isSecret(field) && (values[field.key] ?? null) !== null);

const FORM = 'hw';
const onlyLive = 'This guest exists only while it runs, and a running guest does not take a change of this.';

const focusProblem = (): void => document.querySelector<HTMLElement>(`#${FORM} [aria-invalid="true"]`)?.focus();

/** Puts the focus on the field that was searched for, once it is drawn. */
function useWantedField(wanted: DeviceFormProps['wanted']): void {
  const done = useRef<DeviceFormProps['wanted']>(null);
  useEffect(() => {
    if (wanted === null || done.current === wanted) return;
    done.current = wanted;
    const found =
      document.getElementById(fieldId(FORM, wanted.key)) ??
      document.querySelector<HTMLElement>(`[id^="${CSS.escape(fieldId(FORM, wanted.key))}-"]`);
    found?.focus();
    found?.scrollIntoView({ block: 'center' });
  });
}
