import { Divider, DropdownItem, MenuItem } from '@patternfly/react-core';
import type { FontStep } from './font-size.ts';

export type SerialAction = 'copy' | 'search' | 'select-all' | 'clear' | 'save' | 'tell-size' | FontStep;

interface SerialMenuProps {
  /** Something is selected. */
  readonly selected: boolean;
  /** What is typed reaches the guest. */
  readonly connected: boolean;
  readonly onAction: (action: SerialAction) => void;
}

interface Entry {
  readonly action: SerialAction;
  readonly label: string;
  readonly keys?: string;
  readonly description?: string;
  readonly off?: boolean;
}

/** What the toolbar's menu and that of the right mouse button have in common, in groups. */
function entries({ selected, connected }: SerialMenuProps): readonly (readonly Entry[])[] {
  return [
    [
      { action: 'copy', label: 'Copy', keys: 'Ctrl+Shift+C', off: !selected },
      { action: 'select-all', label: 'Select all' },
      { action: 'search', label: 'Search', keys: 'Ctrl+Shift+F' },
    ],
    [
      { action: 'save', label: 'Save to file…' },
      { action: 'clear', label: 'Clear' },
    ],
    [
      {
        action: 'tell-size',
        label: 'Tell the guest the size',
        description: 'Types an stty command at its prompt',
        off: !connected,
      },
    ],
    [
      { action: 'larger', label: 'Larger letters', keys: 'Ctrl+Shift++' },
      { action: 'smaller', label: 'Smaller letters', keys: 'Ctrl+Shift+-' },
      { action: 'usual', label: 'Usual size', keys: 'Ctrl+Shift+0' },
    ],
  ];
}

/** The items, for a dropdown or for a menu where the pointer is. */
export function SerialMenuItems({ kind, ...props }: SerialMenuProps & { readonly kind: 'dropdown' | 'context' }) {
  const Item = kind === 'dropdown' ? DropdownItem : MenuItem;
  return entries(props).map((group, index) => [
    index > 0 && <Divider key={`before ${group[0]?.action}`} component="li" />,
    ...group.map(({ action, label, keys, description, off }) => (
      <Item
        key={action}
        {...(description !== undefined && { description })}
        isDisabled={off === true}
        onClick={() => props.onAction(action)}
      >
        {label}
        {keys !== undefined && <kbd className="gh-terminal-keys">{keys}</kbd>}
      </Item>
    )),
  ]);
}
