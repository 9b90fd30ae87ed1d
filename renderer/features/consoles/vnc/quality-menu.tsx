import { Divider, Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useCallback, useRef, useState } from 'react';
import type { ConsoleChoices } from '#model/console-choices';
import { privacyOf } from '../../../data/address-words.ts';
import { useHost } from '../../../data/queries.ts';
import { AloneQuestion } from './alone-question.tsx';
import { useOnScreen, useScreenContext } from '../console-context.ts';
import type { Quality, Screen } from '../screen.ts';

type Choice = ConsoleChoices['quality'];
const offered: readonly Choice[] = ['automatic', 'best', 'fast'];

const words: Readonly<Record<Choice, { readonly label: string; readonly meaning: string }>> = {
  automatic: { label: 'Automatic', meaning: 'Best on this computer, compressed over a network' },
  best: { label: 'Best', meaning: 'Each pixel as the guest drew it' },
  fast: { label: 'Fast', meaning: 'For a slow network: compressed as far as it goes, and blurred where the host does that' },
};

const qualityOf = (choice: Choice, isHere: boolean): Quality => {
  if (choice === 'automatic') return isHere ? 'lossless' : 'good';
  return choice === 'best' ? 'lossless' : 'fast';
};

/** What the picture may lose on its way. Shows nothing where the protocol leaves no choice. */
export function QualityMenu() {
  const { guest, screen, isAlone, look, connect, choices, choose } = useScreenContext();
  const choice = choices.quality;
  const [asks, setAsks] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const toggleRef = useRef<HTMLButtonElement>(null);
  const address = useHost(guest.host)?.address;
  const quality = qualityOf(choice, address !== undefined && privacyOf(address) === 'here');
  useOnScreen(useCallback((shown: Screen) => shown.setQuality?.(quality), [quality]));

  if (screen !== null && screen.setQuality === undefined) return null;
  const toggleNode = (
    <MenuToggle ref={toggleRef} size="sm" title="Picture quality" isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
      <span className="gh-console__word">Quality: </span>
      <span className="gh-console__choice">{words[choice].label.toLowerCase()}</span>
    </MenuToggle>
  );
  const close = (then: () => void): void => {
    setOpen(false);
    then();
  };
  return (
    <>
      <Dropdown isOpen={isOpen} onOpenChange={setOpen} toggle={{ toggleNode, toggleRef }}>
        <DropdownGroup label="Picture quality">
          <DropdownList>
            {offered.map((each) => (
              <DropdownItem
                key={each}
                isSelected={each === choice}
                description={words[each].meaning}
                onClick={() =>
                  close(() => {
                    choose({ quality: each });
                    screen?.focus();
                  })
                }
              >
                {words[each].label}
              </DropdownItem>
            ))}
          </DropdownList>
        </DropdownGroup>
        <Divider />
        <DropdownList>
          {isAlone ? (
            <DropdownItem description="Others may look and type again" onClick={() => close(() => connect(false))}>
              Share this screen
            </DropdownItem>
          ) : (
            <DropdownItem
              isAriaDisabled={look}
              description={look ? 'This host may only be looked at' : 'Everyone else who looks at it loses it'}
              onClick={() => close(() => setAsks(true))}
            >
              Take this screen for yourself…
            </DropdownItem>
          )}
        </DropdownList>
      </Dropdown>
      {asks && (
        <AloneQuestion
          onCancel={() => setAsks(false)}
          onTake={() => {
            setAsks(false);
            connect(true);
          }}
        />
      )}
    </>
  );
}
