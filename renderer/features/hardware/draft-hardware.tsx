import { Alert, Skeleton } from '@patternfly/react-core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { HardwarePlan } from '#model/hardware';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { toast } from '../../ui/toasts.ts';
import type { Wished } from './wished.ts';
import type { Refusal } from './form-drafts.ts';
import { HardwareView } from './hardware-view.tsx';

export interface DraftHardwareProps {
  readonly host: HostId;
  /** Read anew whenever it is another one. */
  readonly definition: string;
  onChange(definition: string): void;
}

/** The same forms for a definition that is no guest's yet. Nothing is on the host, so a change is made at once and needs no review. */
export function DraftHardware({ host, definition, onChange }: DraftHardwareProps) {
  const scope = `draft ${useId()}`;
  const [chosen, choose] = useState<string | null>(null);
  const [refused, refuse] = useState<{ readonly wished: Wished; readonly refusal: Refusal } | null>(null);
  const [warnings, warn] = useState<readonly string[]>([]);
  const { data, error, refetch } = useQuery({
    queryKey: ['hardware-draft', host, definition],
    queryFn: () => api.hardware.readDraft({ host, definition }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
  if (error !== null) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height="20rem" screenreaderText="Reading the definition" />;

  const take = (wished: Wished, plan: HardwarePlan): void => {
    if (plan.objections.length > 0) {
      const problems = plan.objections.map(({ field, message }) => ({ field: field ?? '', message }));
      refuse({ wished, refusal: { values: 'values' in wished.change ? wished.change.values : {}, problems } });
      return;
    }
    refuse(null);
    warn(plan.warnings);
    wished.done();
    onChange(plan.after);
  };
  const change = (wished: Wished): void => {
    api.hardware.planDraft({ host, definition, change: wished.change }).then(
      (plan) => take(wished, plan),
      (reason: unknown) => {
        const { message, remedy } = faultOf(reason);
        toast({ variant: 'danger', title: `${wished.title}: ${message}`, ...(remedy !== null && { body: remedy }) });
      },
    );
  };
  return (
    <div className="gh-hw-tab">
      {warnings.map((warning) => (
        <Alert key={warning} variant="warning" component="p" isInline isPlain title={readableText(warning)} />
      ))}
      <HardwareView
        hardware={data}
        host={host}
        scope={scope}
        blocked={null}
        chosen={chosen}
        refused={refused}
        reviewing={false}
        onChoose={choose}
        onReview={change}
      />
    </div>
  );
}
