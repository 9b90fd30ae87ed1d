import { Divider, Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useCallback, useRef, useState } from 'react';
import { privacyOf } from '../../../data/address-words.ts';
import { useHost } from '../../../data/queries.ts';
import { useRemembered } from '../../../data/remembered.ts';
import { AloneQuestion } from './alone-question.tsx';
import { useOnScreen, useScreenContext } from '../console-context.ts';
import type { Quality, Screen } from '../screen.ts';

const choices = ['automatic', 'best', 'fast'] as const;
type Choice = (typeof choices)[number];
const isChoice = (value: unknown): value is Choice => choices.some((choice) => choice === value);

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
  const { guest, console, screen, isAlone, look, connect } = useScreenContext();
  const [asks, setAsks] = useState(false);
  const [choice, setChoice] = useRemembered<Choice>(`quality ${guest.host} ${guest.id} ${console}`, 'automatic', isChoice);
  const [isOpen, setOpen] = useState(false);
  const toggleRef = useRef<HTMLButtonElement>(null);
  const address = useHost(guest.host)?.address;
  const quality = qualityOf(choice, address !== undefined && privacyOf(address) === 'here');
  useOnScreen(useCallback((shown: Screen) => shown.setQuality?.(quality), [quality]));

  if (screen !== null && screen.setQuality === undefined) return null;
  const toggleNode = (
    <MenuToggle ref={toggleRef} size="sm" isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
      Quality: {words[choice].label.toLowerCase()}
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
            {choices.map((each) => (
              <DropdownItem
                key={each}
                isSelected={each === choice}
                description={words[each].meaning}
                onClick={() =>
                  close(() => {
                    setChoice(each);
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
