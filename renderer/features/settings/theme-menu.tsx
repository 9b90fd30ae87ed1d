import { Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import CogIcon from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import { useState } from 'react';
import type { Settings } from '#contract/settings';
import { useChangeSettings } from '../../data/settings.ts';

const themes: readonly (readonly [Settings['theme'], string])[] = [
  ['system', 'As the desktop'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Light or dark, at the foot of the sidebar. */
export function ThemeMenu({ theme }: { readonly theme: Settings['theme'] }) {
  const [open, setOpen] = useState(false);
  const change = useChangeSettings();
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plain"
          size="sm"
          icon={<CogIcon />}
          aria-label="Appearance"
          isExpanded={open}
          onClick={() => setOpen(!open)}
        />
      )}
    >
      <DropdownGroup label="Appearance">
        <DropdownList>
          {themes.map(([key, word]) => (
            <DropdownItem key={key} isSelected={key === theme} onClick={() => change({ theme: key })}>
              {word}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    </Dropdown>
  );
}
