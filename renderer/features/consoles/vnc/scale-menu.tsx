import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useScreenContext } from '../console-context.ts';

/** How large the guest's picture is drawn. */
export function ScaleMenu() {
  const { scale, setScale } = useScreenContext();
  return (
    <ToggleGroup aria-label="Size of the picture" isCompact>
      <ToggleGroupItem text="Fit" isSelected={scale === 'fit'} onChange={() => setScale('fit')} />
      <ToggleGroupItem text="1:1" isSelected={scale === 100} onChange={() => setScale(100)} />
    </ToggleGroup>
  );
}
