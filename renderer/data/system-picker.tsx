import './system-picker.css';
import {
  Button,
  EmptyState,
  EmptyStateBody,
  Menu,
  MenuContent,
  MenuItem,
  MenuList,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  SearchInput,
  Skeleton,
  Switch,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { SystemSummary } from '#model/system-facts';
import { faultOf } from './fault-of.ts';
import { useSettled, useSystems } from './systems.ts';
import { FaultAlert } from '../ui/fault-alert.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';

interface SystemPickerProps {
  readonly chosen: string | null;
  /** What is chosen it for. */
  readonly description: string;
  /** Null: none of those that are known. */
  readonly onPick: (system: SystemSummary | null) => void;
  readonly onClose: () => void;
}

/** All systems that osinfo-db knows, by name. Those that nobody mends any more are for who asks for them. */
export function SystemPicker({ chosen, description, onPick, onClose }: SystemPickerProps) {
  const [text, setText] = useState('');
  const [ended, setEnded] = useState(false);
  const { data, error, refetch } = useSystems(useSettled(text), ended);
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="system-picker-title" elementToFocus="#system-search">
      <ModalHeader title="Operating system" labelId="system-picker-title" description={description} />
      <ModalBody>
        <div className="gh-systems__search">
          <SearchInput
            searchInputId="system-search"
            aria-label="Search for a system"
            placeholder="Fedora 42, Windows 11, …"
            value={text}
            onChange={(_event, value) => setText(value)}
            onClear={() => setText('')}
          />
          <Switch id="systems-ended" label="End-of-life systems" isChecked={ended} onChange={(_event, on) => setEnded(on)} />
        </div>
        <div className="gh-systems__results">
          {error !== null && data === undefined ? (
            <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />
          ) : data === undefined ? (
            <Skeleton height="16rem" screenreaderText="Reading the list of systems" />
          ) : data.length === 0 ? (
            <EmptyState headingLevel="h3" titleText="No system has these words" variant="xs">
              <EmptyStateBody>
                {ended ? 'Try fewer of them.' : 'Try fewer of them, or look among the end-of-life systems too.'}
              </EmptyStateBody>
            </EmptyState>
          ) : (
            <Systems systems={data} chosen={chosen} onPick={onPick} />
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={() => onPick(null)}>
          None of these
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

interface SystemsProps {
  readonly systems: readonly SystemSummary[];
  readonly chosen: string | null;
  readonly onPick: (system: SystemSummary) => void;
}

const Systems = ({ systems, chosen, onPick }: SystemsProps) => (
  <Menu
    isPlain
    isScrollable
    role="listbox"
    selected={chosen ?? undefined}
    onSelect={(_event, id) => {
      const system = systems.find((one) => one.id === id);
      if (system !== undefined) onPick(system);
    }}
  >
    <MenuContent maxMenuHeight="20rem">
      <MenuList aria-label="Systems">
        {systems.map((system) => (
          <MenuItem key={system.id} itemId={system.id} description={<ForeignText text={aboutOf(system)} />}>
            <ForeignText text={system.name} />
          </MenuItem>
        ))}
      </MenuList>
    </MenuContent>
  </Menu>
);

const stages: Readonly<Record<SystemSummary['stage'], string | null>> = {
  released: null,
  prerelease: 'not released yet',
  snapshot: 'a snapshot of what is being made',
  rolling: 'rolling',
};

const aboutOf = ({ vendor, released, stage, ended, endsOfLife }: SystemSummary): string =>
  [
    vendor,
    stages[stage],
    released === null ? null : `released ${released}`,
    ended ? `end of life${endsOfLife === null ? '' : ` ${endsOfLife}`}` : null,
  ]
    .filter((part) => part !== null)
    .join(' · ');
