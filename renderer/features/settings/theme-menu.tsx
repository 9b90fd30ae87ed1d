import { DropdownGroup, DropdownItem, DropdownList } from '@patternfly/react-core';
import { CogIcon } from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import { lazy, Suspense, useState } from 'react';
import type { Settings } from '#contract/settings';
import { useChangeSettings } from '../../data/settings.ts';
import { MenuButton } from '../../ui/menu-button.tsx';

const KeyboardDialog = lazy(async () => ({ default: (await import('./keyboard-dialog.tsx')).KeyboardDialog }));

const themes: readonly (readonly [Settings['theme'], string])[] = [
  ['system', 'As the desktop'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Light or dark, and how consoles take the keyboard: at the foot of the sidebar. */
export function ThemeMenu({ theme }: { readonly theme: Settings['theme'] }) {
  const change = useChangeSettings();
  const [isChoosingKeys, setChoosingKeys] = useState(false);
  return (
    <>
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
        <DropdownGroup label="Consoles">
          <DropdownList>
            <DropdownItem onClick={() => setChoosingKeys(true)}>Keyboard…</DropdownItem>
          </DropdownList>
        </DropdownGroup>
      </MenuButton>
      <Suspense fallback={null}>{isChoosingKeys && <KeyboardDialog onClose={() => setChoosingKeys(false)} />}</Suspense>
    </>
  );
}
