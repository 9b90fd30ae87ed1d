import { Button } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { Fault } from '#model/fault';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';

interface ChooseButtonProps<T> {
  readonly id: string;
  readonly children: ReactNode;
  readonly icon?: ReactNode;
  readonly isPrimary?: boolean;
  /** Main's dialog; null: the person chose nothing. */
  readonly choose: () => Promise<T | null>;
  readonly onChoose: (chosen: T) => void;
}

/** A button that leads to one of main's dialogs. What could not be read says why beneath it. */
export function ChooseButton<T>({ id, children, icon, isPrimary = false, choose, onChoose }: ChooseButtonProps<T>) {
  const [choosing, setChoosing] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  const ask = async (): Promise<void> => {
    setChoosing(true);
    setFault(null);
    try {
      const answer = await choose();
      if (answer !== null) onChoose(answer);
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setChoosing(false);
    }
  };
  return (
    <>
      {fault !== null && <FaultAlert fault={fault} />}
      <div>
        <Button
          id={id}
          variant={isPrimary ? 'primary' : 'secondary'}
          icon={icon}
          isLoading={choosing}
          isDisabled={choosing}
          onClick={() => void ask()}
        >
          {children}
        </Button>
      </div>
    </>
  );
}
