import { Button, DropdownGroup, DropdownItem, DropdownList, Label } from '@patternfly/react-core';
import { KeyboardIcon } from '@patternfly/react-icons/dist/esm/icons/keyboard-icon';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useKeyboardSettings } from '../../../data/keyboard-settings.ts';
import { useScreenContext } from '../console-context.ts';
import { ToolbarMenu } from '../toolbar-menu.tsx';
import { combinationOf, ctrlAltDelete, type KeyCombination, keyCombinations, magicKeys } from './keys.ts';
import { holdable, useHeldModifiers } from './use-held-modifiers.ts';

// The layouts of three dozen languages come along.
const TypeTextDialog = lazy(async () => ({ default: (await import('./type-text-dialog.tsx')).TypeTextDialog }));
const CombinationsDialog = lazy(async () => ({ default: (await import('./combinations-dialog.tsx')).CombinationsDialog }));

/** Sends the guest keys that the desktop would take for itself, keeps modifiers down, types text. */
export function KeysMenu() {
  const { screen, canType } = useScreenContext();
  const [{ combinations }] = useKeyboardSettings();
  const [held, toggle] = useHeldModifiers();
  const [dialog, setDialog] = useState<'text' | 'combinations' | null>(null);
  const own = combinations.flatMap(({ name, codes }) => combinationOf(codes, name) ?? []);
  const send = ({ keys }: KeyCombination): void => {
    screen?.pressKeys(keys);
    screen?.focus();
  };
  const close = (): void => setDialog(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    const closed = wasOpen.current && dialog === null;
    wasOpen.current = dialog !== null;
    // The dialog hands the focus back to the menu's button, a moment after it is gone.
    if (closed) setTimeout(() => screen?.focus());
  }, [dialog, screen]);
  return (
    <>
      <Button variant="secondary" size="sm" isDisabled={!canType} onClick={() => send(ctrlAltDelete)}>
        Ctrl+Alt+Del
      </Button>
      <ToolbarMenu label="Send keys" icon={<KeyboardIcon />} isDisabled={!canType}>
        <DropdownGroup>
          <DropdownList>
            <DropdownItem onClick={() => setDialog('text')}>Type text into the guest…</DropdownItem>
            <DropdownItem onClick={() => setDialog('combinations')}>Own combinations…</DropdownItem>
          </DropdownList>
        </DropdownGroup>
        {own.length > 0 && <Combinations label="Own" combinations={own} onSend={send} />}
        <DropdownGroup label="Hold down">
          <DropdownList>
            {holdable.map(([code, label]) => (
              <DropdownItem key={code} isSelected={held.includes(code)} onClick={() => toggle(code)}>
                {held.includes(code) ? `Let go of ${label}` : `Hold ${label}`}
              </DropdownItem>
            ))}
          </DropdownList>
        </DropdownGroup>
        <Combinations label="Usual" combinations={keyCombinations} onSend={send} />
        <Combinations label="Linux’s magic keys" combinations={magicKeys} onSend={send} />
      </ToolbarMenu>
      {holdable.map(
        ([code, label]) =>
          held.includes(code) && (
            <Label key={code} color="orange" isCompact onClose={() => toggle(code)} closeBtnAriaLabel={`Let go of ${label}`}>
              {label} is down
            </Label>
          ),
      )}
      <Suspense fallback={null}>
        {dialog === 'text' && <TypeTextDialog onClose={close} />}
        {dialog === 'combinations' && <CombinationsDialog onClose={close} />}
      </Suspense>
    </>
  );
}

interface CombinationsProps {
  readonly label: string;
  readonly combinations: readonly KeyCombination[];
  readonly onSend: (combination: KeyCombination) => void;
}

function Combinations({ label, combinations, onSend }: CombinationsProps) {
  return (
    <DropdownGroup label={label}>
      <DropdownList>
        {combinations.map((combination, at) => (
          // Two of the person's own may have one name.
          <DropdownItem key={`${at} ${combination.label}`} onClick={() => onSend(combination)}>
            {combination.label}
          </DropdownItem>
        ))}
      </DropdownList>
    </DropdownGroup>
  );
}
