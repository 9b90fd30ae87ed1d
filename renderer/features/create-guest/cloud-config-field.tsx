import { Button, ExpandableSection, HelperText, HelperTextItem, Spinner } from '@patternfly/react-core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { useSettled } from '../../data/systems.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { cloudInitOf, type CloudInitDraft } from './cloud-init-draft.ts';

// The editor is large, and few want it.
const CodeEditor = lazy(async () => ({ default: (await import('../../ui/code-editor.tsx')).CodeEditor }));

interface CloudConfigFieldProps {
  readonly draft: CloudInitDraft;
  /** Of the guest. */
  readonly name: string;
  readonly problem: string | undefined;
  readonly onChange: (own: string | null) => void;
}

/** The person's own cloud-config, and the whole of what the image will read. */
export function CloudConfigField({ draft, name, problem, onChange }: CloudConfigFieldProps) {
  const [open, setOpen] = useState(draft.own !== null);
  return (
    <ExpandableSection
      toggleId="cloud-config"
      toggleText="Own cloud-config and preview"
      isExpanded={open}
      onToggle={(_event, next) => setOpen(next)}
      isIndented
    >
      <div className="gh-create__folded">
        <p id="cloud-config-help">
          YAML, as cloud-init’s documentation has it. Where it says something else than the form, it goes before the form.
        </p>
        <Suspense fallback={<Spinner size="lg" aria-label="Loading the editor" />}>
          <CodeEditor
            language="yaml"
            text={draft.own ?? ''}
            label="Own cloud-config"
            describedBy="cloud-config-help"
            onChange={(text) => onChange(text === '' ? null : text)}
          />
        </Suspense>
        {problem !== undefined && (
          <HelperText isLiveRegion>
            <HelperTextItem variant="error">{problem}</HelperTextItem>
          </HelperText>
        )}
        <Preview draft={draft} name={name} />
      </div>
    </ExpandableSection>
  );
}

function Preview({ draft, name }: Pick<CloudConfigFieldProps, 'draft' | 'name'>) {
  const [shown, show] = useState(false);
  const cloudInit = cloudInitOf(draft, name);
  // Anew when nothing was typed for a moment.
  const wish = useSettled(JSON.stringify(cloudInit));
  const { data, error, refetch } = useQuery({
    queryKey: ['cloud-init', wish],
    queryFn: () => (cloudInit === null ? null : api.media.cloudInitPreview({ cloudInit })),
    enabled: cloudInit !== null && wish === JSON.stringify(cloudInit),
    placeholderData: keepPreviousData,
  });
  if (cloudInit === null) return <p>There is a preview as soon as what is marked above is right.</p>;
  if (error !== null && data == null) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  return (
    <>
      {data != null && data.problems.length > 0 && (
        <HelperText isLiveRegion>
          {data.problems.map(({ line, message }) => (
            <HelperTextItem key={`${line} ${message}`} variant="error">
              {line !== null && `Line ${line}: `}
              <ForeignText text={message} />
            </HelperTextItem>
          ))}
        </HelperText>
      )}
      <div>
        <Button variant="secondary" onClick={() => show(!shown)} aria-expanded={shown}>
          {shown ? 'Hide what the image will read' : 'Show what the image will read'}
        </Button>
      </div>
      {shown && data != null && (
        <pre className="gh-create__document" tabIndex={0} role="region" aria-label="What the image will read" dir="ltr">
          {data.userData}
        </pre>
      )}
    </>
  );
}
