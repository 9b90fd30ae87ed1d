import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { SystemPicker } from '../../data/system-picker.tsx';
import { useSettled, useSystemFacts } from '../../data/systems.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';

interface PickSystemProps {
  /** A libosinfo address, or '' or what a person has typed so far. */
  readonly chosen: string;
  readonly label: string;
  readonly isDisabled: boolean;
  /** Null: none of those that are known. */
  onPick(system: string | null): void;
}

/** What the system of an address is called, and a button that leads to all that are known. */
export function PickSystem({ chosen, label, isDisabled, onPick }: PickSystemProps) {
  const [open, setOpen] = useState(false);
  const settled = useSettled(chosen);
  const { data } = useSystemFacts(settled === '' ? null : settled.slice(0, 512));
  return (
    <>
      {!isDisabled && (
        <Button variant="secondary" aria-label={`Choose for: ${label}`} onClick={() => setOpen(true)}>
          Choose…
        </Button>
      )}
      {settled !== '' && data !== undefined && (
        <span className="gh-hw-text__says" role="status">
          {data === null ? 'Not in the list of systems that is installed here; kept as it is.' : <SystemName summary={data.summary} />}
        </span>
      )}
      {open && (
        <SystemPicker
          chosen={chosen}
          description="What suits the guest is suggested by it; the guest itself does not see it."
          onPick={(system) => {
            setOpen(false);
            onPick(system?.id ?? null);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

const SystemName = ({ summary: { name, ended } }: { readonly summary: { readonly name: string; readonly ended: boolean } }) => (
  <>
    <ForeignText text={name} />
    {ended && ', which its makers do not mend any more'}
  </>
);
