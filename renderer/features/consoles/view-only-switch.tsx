import { Switch } from '@patternfly/react-core';
import { useId } from 'react';
import { useScreenContext } from './console-context.ts';

/** Keeps keys and clicks from the guest. */
export function ViewOnlySwitch() {
  const { viewOnly, choose, look } = useScreenContext();
  return (
    <Switch
      id={useId()}
      label="View only"
      isChecked={viewOnly}
      isDisabled={look}
      onChange={(_event, checked) => choose({ viewOnly: checked })}
    />
  );
}
