import { Alert, Button, Skeleton } from '@patternfly/react-core';
import { useState } from 'react';
import { useXmlCheck } from '../../data/use-xml-check.ts';
import { lineOfRefusal } from '../../data/well-formed.ts';
import { completionFor } from '../../data/xml-completion.ts';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import type { VolumeTextBox } from './use-volume-text.ts';

interface VolumeTextSideProps {
  readonly text: VolumeTextBox;
  /** So it means no volume that could be shown. */
  readonly formIsWrong: boolean;
}

const complete = completionFor('storagevol');

/** A new volume's definition, as the form means it until it is changed here. */
export function VolumeTextSide({ text: { proposed, fault, own, refusal, change, retry }, formIsWrong }: VolumeTextSideProps) {
  const [round, setRound] = useState(0);
  const text = own ?? proposed;
  const refused = refusal?.text === text ? refusal.fault : null;
  const line = refused === null ? null : lineOfRefusal(`${refused.message} ${refused.reason ?? ''}`);
  const problem = refused === null || line === null ? null : { line, column: null, message: refused.message, severity: 'error' as const };
  const check = useXmlCheck('storagevol', text ?? '', problem);
  if (own === null && formIsWrong) {
    return <Alert variant="info" component="p" isInline title="The form has something to mend first, then its definition stands here." />;
  }
  if (text === null) {
    return fault === null ? (
      <Skeleton height="14rem" screenreaderText="Asking for the definition" />
    ) : (
      <FaultAlert fault={fault} onRetry={retry} />
    );
  }
  return (
    <>
      <div className="gh-volume-text__bar">
        <p id="volume-text-help" className="gh-subtle">
          {own === null ? 'As the form has it. What you change here is made instead.' : 'Your own definition. The form does not count.'}
        </p>
        <Button
          variant="secondary"
          isDisabled={own === null}
          onClick={() => {
            change(null);
            setRound(round + 1);
          }}
        >
          Back to the form’s
        </Button>
      </div>
      <CodeEditor
        key={round}
        language="xml"
        text={text}
        label="Definition"
        describedBy="volume-text-help"
        onChange={change}
        check={check}
        complete={complete}
      />
    </>
  );
}
