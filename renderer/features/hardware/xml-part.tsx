import { Alert, Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { DevicePage } from '#model/hardware';
import { useXmlCheck } from '../../data/use-xml-check.ts';
import { completionFor } from '../../data/xml-completion.ts';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { ApplyBar } from './apply-bar.tsx';
import type { Wished } from './wished.ts';
import { draftKey, type Refusal, standing, useFormDraft } from './form-drafts.ts';
import { xmlField } from './xml-field.ts';

interface XmlPartProps {
  readonly page: DevicePage;
  readonly xml: string;
  readonly scope: string;
  readonly blocked: string | null;
  /** What the host said against what was typed, when it was reviewed. */
  readonly xmlRefusal: Refusal | null;
  onReview(wished: Wished): void;
}

/** A device is a part of the guest's document. */
const within = ['domain', 'devices'];
const complete = completionFor('domain', within);
/** What is said of the whole of it is marked where it begins. */
const refusedAt = (message: string) => ({ line: 1, column: null, message, severity: 'error' as const });

/** The device in the host's own words, to read and to change. */
export function XmlPart({ page, xml, scope, blocked, xmlRefusal, onReview }: XmlPartProps) {
  const draft = useFormDraft(draftKey(scope, page.id, 'xml'), { title: page.title, fields: [xmlField], values: { xml } });
  // The editor has the text from then on; it is made anew where the text comes from elsewhere.
  const [edition, setEdition] = useState(0);
  const [shown, show] = useState(xml);
  const isChanged = draft.changed.length > 0;
  if (!isChanged && shown !== xml) {
    show(xml);
    setEdition(edition + 1);
  }
  const typed = draft.values['xml'];
  const text = typeof typed === 'string' ? typed : '';
  const refused = standing(xmlRefusal, draft).map(({ message }) => message);
  const [refusal] = refused;
  const check = useXmlCheck('domain', text, refusal === undefined ? null : refusedAt(refusal), within);
  const discard = () => {
    draft.reset();
    setEdition(edition + 1);
  };
  const review = () => {
    draft.insist();
    onReview({
      change: { kind: 'rewrite', device: page.id, xml: text },
      title: `Change “${readableText(page.title)}”`,
      undoable: true,
      done: discard,
    });
  };
  return (
    <div id="hw-xml" className="gh-hw-settings">
      {draft.disputed.length > 0 && (
        <Alert
          variant="warning"
          component="p"
          isInline
          title="Somebody else has changed this meanwhile"
          actionLinks={
            <Button variant="link" size="sm" onClick={discard}>
              Take theirs
            </Button>
          }
        >
          <p>What you typed is still there. This is what the device has become:</p>
          <pre className="gh-hw-xml" tabIndex={0} role="region" aria-label="Their definition" dir="ltr">
            {xml}
          </pre>
        </Alert>
      )}
      {refused.map((message) => (
        <Alert key={message} variant="danger" component="p" isInline isLiveRegion title={readableText(message)} />
      ))}
      <p className="gh-subtle" id="hw-xml-help">
        Passwords are not shown, and stay as they are. Tab moves on; Ctrl+] and Ctrl+[ indent.
      </p>
      <CodeEditor
        key={edition}
        language="xml"
        text={text}
        label={`Definition of ${readableText(page.title)}`}
        describedBy="hw-xml-help"
        onChange={(next) => draft.edit('xml', next)}
        check={check}
        complete={complete}
      />
      {isChanged && <ApplyBar count={1} problems={0} blocked={blocked} onApply={review} onDiscard={discard} />}
    </div>
  );
}
