import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader, Radio, Skeleton } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import type { Fault } from '#model/fault';
import type { GuestRef } from '#model/guest';
import type { GuestHardware, HardwareChange, HardwareOutcome, HardwarePlan, HardwareWish } from '#model/hardware';
import { faultOf } from '../../data/fault-of.ts';
import { applyHardware, hardwareVerbs, readHardwareAnew, useHardwarePlan } from '../../data/guest-hardware.ts';
import { tellsItself } from '../../data/told-tasks.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { toast } from '../../ui/toasts.ts';
import type { Wished } from './wished.ts';
import type { Refusal } from './form-drafts.ts';
import { PlanView } from './plan-view.tsx';

interface ReviewDialogProps {
  readonly guestRef: GuestRef;
  readonly name: string;
  readonly hardware: Pick<GuestHardware, 'revision' | 'running' | 'persistent'>;
  readonly wished: Wished;
  onRefused(refusal: Refusal): void;
  /** `before`: the definition that it had. */
  onDone(before: string): void;
  onClose(): void;
}

/** What a change will do, in words first; then it is done. */
export function ReviewDialog({ guestRef, name, hardware, wished, onRefused, onDone, onClose }: ReviewDialogProps) {
  const { change, title } = wished;
  const [begun] = useState(hardware.revision);
  const [when, setWhen] = useState<HardwareWish['when']>('as-soon-as-possible');
  const wish = { change, base: hardware.revision, when };
  const plan = useHardwarePlan(guestRef, wish);
  const application = useApplication(guestRef, name, hardware.running);
  useFreshBase(guestRef, hardware.revision, plan.error);
  const refused = plan.data !== undefined && plan.data.objections.length > 0;
  const close = () => {
    if (refused) onRefused(refusalOf(change, plan.data.objections));
    else if (change.kind === 'rewrite' && application.fault?.code === 'invalid-definition')
      onRefused(refusalOf(change, [{ field: null, message: application.fault.message }]));
    onClose();
  };
  const apply = async () => {
    if (plan.data === undefined || !(await application.run(wish))) return;
    wished.done();
    onDone(plan.data.before);
  };
  const planFault = plan.error !== null && plan.data === undefined ? faultOf(plan.error) : null;
  return (
    <Modal variant="medium" isOpen onClose={close} aria-labelledby="hw-review-title">
      <ModalHeader title={title} labelId="hw-review-title" />
      <ModalBody className="gh-hw-review">
        {application.fault !== null && <FaultAlert fault={application.fault} />}
        {planFault !== null && planFault.code !== 'conflict' && <FaultAlert fault={planFault} onRetry={() => void plan.refetch()} />}
        {begun !== hardware.revision && (
          <Alert
            variant="info"
            component="p"
            isInline
            isPlain
            title="The guest was changed meanwhile. This compares with what it is now."
          />
        )}
        {hardware.running && hardware.persistent && change.kind !== 'act' && <WhenChoice when={when} onChange={setWhen} />}
        {plan.data === undefined && planFault?.code !== 'conflict' && planFault !== null ? null : plan.data === undefined ? (
          <Skeleton height="6rem" screenreaderText="Finding out what it will do" />
        ) : (
          <PlanView plan={plan.data} running={hardware.running} />
        )}
      </ModalBody>
      <ModalFooter>
        <Button
          isDisabled={plan.data === undefined || plan.isFetching || refused || plan.data.differences.length === 0 || application.running}
          isLoading={application.running}
          variant={plan.data !== undefined && plan.data.losses.length > 0 ? 'danger' : 'primary'}
          onClick={() => void apply()}
        >
          Apply
        </Button>
        <Button variant="link" onClick={close}>
          Back
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function refusalOf(change: HardwareChange, objections: HardwarePlan['objections']): Refusal {
  if (change.kind === 'rewrite')
    return { values: { xml: change.xml }, problems: objections.map(({ message }) => ({ field: 'xml', message })) };
  const problems = objections.map(({ field, message }) => ({ field: field ?? '', message }));
  return { values: 'values' in change ? change.values : {}, problems };
}

interface WhenChoiceProps {
  readonly when: HardwareWish['when'];
  onChange(when: HardwareWish['when']): void;
}

function WhenChoice({ when, onChange }: WhenChoiceProps) {
  const choices = [
    ['as-soon-as-possible', 'Now, as far as the running guest takes it'],
    ['next-start', 'Only at the next start'],
  ] as const;
  return (
    <fieldset className="gh-hw-when">
      <legend>When</legend>
      {choices.map(([value, label]) => (
        <Radio
          key={value}
          id={`hw-when-${value}`}
          name="hw-when"
          label={label}
          isChecked={when === value}
          onChange={() => onChange(value)}
        />
      ))}
    </fieldset>
  );
}

/** Where the plan finds that somebody else was there first, what there is now is read, once, and planned against. */
function useFreshBase(ref: GuestRef, revision: string, error: Error | null): void {
  const asked = useRef<string | null>(null);
  useEffect(() => {
    if (error === null || faultOf(error).code !== 'conflict' || asked.current === revision) return;
    asked.current = revision;
    void readHardwareAnew(ref);
  }, [ref, revision, error]);
}

export function useApplication(ref: GuestRef, name: string, isRunning: boolean) {
  const [operation, setOperation] = useState(() => crypto.randomUUID());
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  // As long as the dialog is there, it says what went wrong; afterwards the task does.
  const leave = useRef<() => void>(() => {});
  useEffect(() => () => leave.current(), []);
  /** Whether it was done. */
  const run = async (wish: HardwareWish): Promise<boolean> => {
    if (running) return false;
    setRunning(true);
    setFault(null);
    leave.current = tellsItself(operation);
    try {
      const outcome = await applyHardware(ref, wish, operation);
      toast({ variant: 'success', title: `${hardwareVerbs[wish.change.kind]} “${name}”: done`, body: outcomeWords(outcome, isRunning) });
      return true;
    } catch (error) {
      const why = faultOf(error);
      // Main asked, and the person thought better of it.
      setFault(why.code === 'cancelled' ? null : why);
      // Another try is another wish: what came of this one is known.
      setOperation(crypto.randomUUID());
      return false;
    } finally {
      setRunning(false);
    }
  };
  return { running, fault, run };
}

function outcomeWords({ effect, why }: HardwareOutcome, running: boolean): string | undefined {
  if (!running) return why ?? undefined;
  return [effect === 'now' ? 'The running guest has it now.' : 'It takes effect at the next start.', why].filter(Boolean).join(' ');
}
