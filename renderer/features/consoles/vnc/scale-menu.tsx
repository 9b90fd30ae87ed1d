import { Divider, Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { useScreenContext } from '../console-context.ts';
import { deviceFactor, roomOf } from '../picture-scale.ts';
import type { Scale } from '../screen.ts';
import { nextScale, scaleSteps, scaleWords } from './scale-choice.ts';

const offered: readonly Scale[] = ['fit', ...scaleSteps];
const meanings: Readonly<Partial<Record<Scale, string>>> = {
  fit: 'As large as there is room',
  100: 'One pixel of the guest on one of this screen',
};

/** How large the guest's picture is drawn, and whether the guest takes the window's size. */
export function ScaleMenu() {
  const { choices, choose, resizable, screen } = useScreenContext();
  const { scale, following } = choices;
  const [isOpen, setOpen] = useState(false);
  const toggleRef = useRef<HTMLButtonElement>(null);
  useWheelZoom();

  const change = (next: Parameters<typeof choose>[0]): void => {
    choose(next);
    setOpen(false);
    screen?.focus();
  };
  const toggleNode = (
    <MenuToggle ref={toggleRef} size="sm" title="Size of the picture" isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
      <span className="gh-console__word">Size: </span>
      <span className="gh-console__choice">{scaleWords(scale).toLowerCase()}</span>
    </MenuToggle>
  );
  return (
    <Dropdown isOpen={isOpen} onOpenChange={setOpen} toggle={{ toggleNode, toggleRef }}>
      <DropdownGroup label="Size of the picture">
        <DropdownList>
          {offered.map((choice) => (
            <DropdownItem
              key={choice}
              isSelected={choice === scale}
              description={meanings[choice]}
              onClick={() => change({ scale: choice })}
            >
              {scaleWords(choice)}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
      <Divider />
      <DropdownList>
        <DropdownItem
          isSelected={following && resizable}
          isAriaDisabled={!resizable}
          description={resizable ? 'The guest takes the size of this window' : 'This guest’s display cannot be given another size'}
          onClick={() => change({ following: !following })}
        >
          Guest follows the window
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

/** Ctrl and the wheel zoom the picture while the keyboard is not the guest's; the guest gets them else. */
function useWheelZoom(): void {
  const { stage, choices, choose, size } = useScreenContext();
  const { scale } = choices;
  useEffect(() => {
    if (stage === null || size === null) return undefined;
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey || stage.contains(document.activeElement)) return;
      event.preventDefault();
      event.stopPropagation();
      const shown = 100 * deviceFactor({ scale, picture: size, room: roomOf(stage) });
      if (event.deltaY !== 0) choose({ scale: nextScale(scale, event.deltaY < 0, shown) });
    };
    // Capturing: the screen below takes the wheel for the guest.
    stage.addEventListener('wheel', wheel, { capture: true, passive: false });
    return () => stage.removeEventListener('wheel', wheel, { capture: true });
  }, [stage, scale, choose, size]);
}
