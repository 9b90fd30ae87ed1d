import { Button, Modal, ModalBody, ModalFooter, ModalHeader, Skeleton, Spinner, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { lazy, Suspense, use, useState } from 'react';
import type { GuestSpec } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { DefinitionFormContext } from './definition-form.ts';
import { usePreview } from './use-preview.ts';

// The editor is large, and few want it.
const CodeEditor = lazy(async () => ({ default: (await import('../../ui/code-editor.tsx')).CodeEditor }));

interface CustomiseDialogProps {
  readonly host: HostId;
  readonly spec: GuestSpec;
  /** The person's own, as it was left; null: there is none. */
  readonly definition: string | null;
  readonly onDefinition: (definition: string | null) => void;
  readonly onClose: () => void;
}

/** The guest before it exists, to be changed by forms or by hand. */
export function CustomiseDialog({ host, spec, definition, onDefinition, onClose }: CustomiseDialogProps) {
  const { data, error, refetch } = usePreview(host, spec);
  const [text, setText] = useState(definition);
  const [round, setRound] = useState(0);
  const [tab, setTab] = useState<'form' | 'xml'>('form');
  const form = use(DefinitionFormContext);
  const proposed = data?.definition ?? null;
  const current = text ?? proposed;
  return (
    <Modal variant="large" isOpen onClose={onClose} aria-labelledby="customise-title" aria-describedby="customise-about">
      <ModalHeader
        title="Customise first"
        labelId="customise-title"
        description={
          <span id="customise-about">
            The guest as the host will get it. Its name and its disks are made by the wizard and stay as they are.
          </span>
        }
      />
      <ModalBody>
        {error !== null && proposed === null && <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />}
        {error === null && proposed === null && <Skeleton height="20rem" screenreaderText="Asking for the definition" />}
        {current !== null && (
          <Suspense fallback={<Spinner size="lg" aria-label="Loading" />}>
            <Tabs activeKey={tab} aria-label="Ways to change it" onSelect={(_event, key) => setTab(key === 'xml' ? 'xml' : 'form')}>
              <Tab eventKey="form" title={<TabTitleText>Hardware</TabTitleText>} tabContentId="customise-form" />
              <Tab eventKey="xml" title={<TabTitleText>Definition (XML)</TabTitleText>} tabContentId="customise-xml" />
            </Tabs>
            {tab === 'form' && form !== null ? (
              <div id="customise-form" className="gh-create__customise">
                <h2 className="pf-v6-screen-reader">Hardware</h2>
                {form({ host, definition: current, onChange: setText })}
              </div>
            ) : (
              <div id="customise-xml" className="gh-create__customise">
                <CodeEditor key={round} language="xml" text={current} label="Definition" onChange={setText} />
              </div>
            )}
          </Suspense>
        )}
      </ModalBody>
      <ModalFooter>
        <Button
          isDisabled={current === null}
          onClick={() => {
            onDefinition(text === null || text === proposed ? null : text);
            onClose();
          }}
        >
          Use this definition
        </Button>
        <Button
          variant="secondary"
          isDisabled={text === null}
          onClick={() => {
            setText(null);
            setRound(round + 1);
          }}
        >
          Back to what the wizard proposes
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
