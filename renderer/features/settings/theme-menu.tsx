import { DropdownGroup, DropdownItem, DropdownList } from '@patternfly/react-core';
import { CogIcon } from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import type { Settings } from '#contract/settings';
import { useChangeSettings } from '../../data/settings.ts';
import { MenuButton } from '../../ui/menu-button.tsx';

const themes: readonly (readonly [Settings['theme'], string])[] = [
  ['system', 'As the desktop'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Light or dark, at the foot of the sidebar. */
export function ThemeMenu({ theme }: { readonly theme: Settings['theme'] }) {
  const change = useChangeSettings();
  return (
    <MenuButton label="Appearance" icon={<CogIcon />} variant="plain" position="left">
      <DropdownGroup label="Appearance">
        <DropdownList>
          {themes.map(([key, word]) => (
            <DropdownItem key={key} isSelected={key === theme} onClick={() => change({ theme: key })}>
              {word}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    </MenuButton>
  );
}
