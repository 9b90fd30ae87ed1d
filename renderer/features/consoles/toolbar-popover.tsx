import { Button, Popover } from '@patternfly/react-core';
import { type ReactNode, useRef } from 'react';

interface ToolbarPopoverProps {
  readonly title: string;
  /** Names the button, and is shown beside the pointer on it. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly className?: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly body: ReactNode;
  /** What is seen beside the icon. */
  readonly children: ReactNode;
}

/** A button of a screen's toolbar, and what it opens. */
export function ToolbarPopover({ title, label, icon, className = '', isOpen, onOpenChange, body, children }: ToolbarPopoverProps) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Popover
      aria-label={title}
      isVisible={isOpen}
      shouldOpen={() => onOpenChange(true)}
      shouldClose={() => {
        onOpenChange(false);
        // Not in onHidden: PatternFly calls that at the beginning too, and the focus is the console's.
        button.current?.focus();
      }}
      position="bottom-start"
      // Below the button and of one width, whatever is in it: what one is about to click must not move.
      flipBehavior={['bottom-start', 'bottom-end', 'bottom']}
      minWidth="28rem"
      maxWidth="28rem"
      appendTo={() => button.current?.closest('main') ?? document.body}
      headerComponent="h2"
      headerContent={title}
      bodyContent={body}
    >
      <Button
        ref={button}
        size="sm"
        variant="secondary"
        className={className}
        icon={icon}
        aria-expanded={isOpen}
        aria-label={label}
        title={label}
      >
        {children}
      </Button>
    </Popover>
  );
}
