import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import type { ChosenFile } from './connection-draft.ts';

interface FileFieldProps {
  readonly id: string;
  readonly label: string;
  readonly what: LoginFile;
  readonly file: ChosenFile;
  /** What is used while none is chosen. */
  readonly without: string;
  readonly hint?: string;
  onChoose(file: ChosenFile): void;
}
export type LoginFile = 'ssh-key' | 'certificates';

/** A file or folder of this computer, chosen in main's dialog. */
export function FileField({ id, label, what, file, without, hint, onChoose }: FileFieldProps) {
  const [fault, setFault] = useState<Fault | null>(null);
  const choose = async (): Promise<void> => {
    setFault(null);
    try {
      const chosen = await chooseLoginFile(what);
      if (chosen !== null) onChoose(chosen);
    } catch (error) {
      setFault(faultOf(error));
    }
  };
  const problem = fault === null ? undefined : [fault.message, fault.remedy].filter(Boolean).join(' ');
  return (
    <FormField id={id} label={label} role="group" problem={problem} hint={hint}>
      <div className="gh-connect__file">
        <span className={file.kind === 'none' ? 'gh-subtle' : 'gh-path'}>
          {file.kind === 'none' ? without : <ForeignText text={file.name} />}
        </span>
        <Button id={`${id}-choose`} variant="secondary" size="sm" aria-describedby={`${id}-help`} onClick={() => void choose()}>
          {file.kind === 'none' ? 'Choose…' : 'Choose another…'}
        </Button>
        {file.kind !== 'none' && (
          <Button
            variant="link"
            size="sm"
            isInline
            onClick={() => {
              setFault(null);
              onChoose({ kind: 'none' });
            }}
          >
            Clear
            <span className="pf-v6-screen-reader"> {label.toLocaleLowerCase()}</span>
          </Button>
        )}
      </div>
    </FormField>
  );
}

/** Null: the person chose none. */
export async function chooseLoginFile(what: LoginFile): Promise<ChosenFile | null> {
  const chosen = await api.hosts.chooseFile({ what });
  return chosen === null ? null : { kind: 'chosen', ...chosen };
}
