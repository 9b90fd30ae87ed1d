import { Button, Tooltip } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Permission } from '#model/guest-action';
import { inMain } from './in-main.ts';

interface ToolButtonProps {
  readonly permission: Permission;
  readonly children: ReactNode;
  readonly label?: string;
  readonly variant?: 'primary' | 'secondary' | 'danger';
  readonly icon?: ReactNode;
  readonly isBusy?: boolean;
  onClick(): void;
}

/** A small button that says why it cannot be pressed, where it cannot. */
export function ToolButton({ permission, children, label, variant = 'secondary', icon, isBusy = false, onClick }: ToolButtonProps) {
  const button = (
    <Button
      variant={variant}
      size="sm"
      icon={icon}
      isDisabled={isBusy}
      isAriaDisabled={!permission.allowed}
      {...(label !== undefined && { 'aria-label': label })}
      onClick={() => permission.allowed && onClick()}
    >
      {children}
    </Button>
  );
  return permission.allowed ? (
    button
  ) : (
    <Tooltip content={permission.why} appendTo={inMain}>
      {button}
    </Tooltip>
  );
}
