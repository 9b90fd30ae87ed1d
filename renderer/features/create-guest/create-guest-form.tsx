import { Form } from '@patternfly/react-core';
import { type FormEvent, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { CreationOffer } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { faultOf } from '../../data/fault-of.ts';
import { paths } from '../../data/paths.ts';
import { useFocusOnArrival } from '../../ui/use-focus-on-arrival.ts';
import { Cancelled, Making } from './making.tsx';
import { DiskStep } from './disk-step.tsx';
import { changeDraft, changeWizard, forgetWizard, type Step, stepsOf, useWizard } from './draft-store.ts';
import { Failure } from './failure.tsx';
import { FirstBootStep } from './first-boot-step.tsx';
import { NetworkStep } from './network-step.tsx';
import { problemsOf } from './problems.ts';
import { fieldsOf, type Known } from './proposal.ts';
import { ResourcesStep } from './resources-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { openRoad } from './roads.ts';
import { subjectOf } from './source.ts';
import { SourceStep } from './source-step.tsx';
import { specOf } from './spec-of.ts';
import { StepList, stepTitles } from './step-list.tsx';
import type { StepProps } from './step-props.ts';
import { useCheck, useMend } from './use-check.ts';
import { useCreation } from './use-creation.ts';
import { useSystem } from './use-known.ts';
import { WizardActions } from './wizard-actions.tsx';
import { wrongSteps } from './wrong-steps.ts';

interface CreateGuestFormProps {
  readonly host: HostId;
  readonly offer: CreationOffer;
}

/** The steps themselves. Nothing is made before Create, and nothing typed is lost until a guest was. */
export function CreateGuestForm({ host, offer }: CreateGuestFormProps) {
  const wizard = useWizard(host);
  const { definition } = wizard;
  const draft = { ...wizard.draft, road: openRoad(wizard.draft.road, offer) };
  const [, navigate] = useLocation();
  const heading = useFocusOnArrival<HTMLHeadingElement>();
  const control = useRef<string | null>(null);
  const movedTo = useRef<Step | null>(null);

  const system = useSystem(draft);
  const known: Known = { offer, facts: system.facts, disc: system.disc };
  const fields = fieldsOf(known, draft);
  const problems = problemsOf(known, draft, fields);
  // What follows from a system that is not known yet would be proposed wrongly.
  const spec = Object.keys(problems).length > 0 || system.isPending ? null : specOf(draft, fields, known);
  const steps = stepsOf(draft);
  const step = steps.find((one) => one === wizard.step) ?? 'source';
  const check = useCheck(host, spec, step === 'review');
  const mending = useMend(host, spec);
  const creation = useCreation(host, fields.name);
  const objections = check.data ?? [];
  const chosen = subjectOf(draft) !== null;

  useEffect(() => {
    // The focus follows to what was asked for, or to where reading begins.
    if (movedTo.current !== step) return;
    const wanted = control.current === null ? null : document.getElementById(control.current);
    control.current = null;
    (wanted ?? heading.current)?.focus();
  }, [step, heading]);

  const go = (to: Step, toControl: string | null = null): void => {
    movedTo.current = to;
    control.current = toControl;
    creation.reset();
    changeWizard(host, { step: to });
  };
  const setDefinition = (text: string | null): void => changeWizard(host, { definition: text });
  const mend: StepProps['onMend'] = (how, field) => {
    if (how.kind !== 'copy') return mending.mend(how);
    const copied = field === 'drivers' ? { copyDrivers: true } : { copy: true, pool: how.pool };
    changeDraft(host, (old) => ({ ...old, edits: { ...old.edits, ...copied } }));
  };
  const stepProps: StepProps = {
    host,
    offer,
    known,
    draft,
    fields,
    problems,
    objections,
    onEdit: (edits) => changeDraft(host, (old) => ({ ...old, edits: { ...old.edits, ...edits } })),
    onSource: (change) => changeDraft(host, (old) => ({ ...old, sources: { ...old.sources, ...change } })),
    onDraft: (change) => changeDraft(host, (old) => ({ ...old, ...change })),
    onMend: mend,
  };
  const next = steps[steps.indexOf(step) + 1];
  const isBlocked = spec === null || objections.some(({ severity }) => severity === 'error');
  const canCreate = spec !== null && check.isSuccess && !isBlocked;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (next !== undefined) {
      if (chosen) go(next);
    } else if (canCreate) void creation.start(spec, definition);
  };

  if (creation.isRunning) {
    return <Making name={fields.name} task={creation.task} />;
  }
  return (
    <div className="gh-create__frame">
      <StepList steps={steps} current={step} wrong={chosen ? wrongSteps(problems, objections) : new Set()} isOpen={chosen} onGo={go} />
      <section className="gh-create__main" aria-labelledby="step-title">
        <h2 id="step-title" className="gh-create__title" tabIndex={-1} ref={heading}>
          {stepTitles[step]}
        </h2>
        <Form id="create-guest" className="gh-create__form" onSubmit={submit} noValidate>
          {step === 'source' && <SourceStep {...stepProps} />}
          {step === 'first-boot' && <FirstBootStep {...stepProps} />}
          {step === 'resources' && <ResourcesStep {...stepProps} />}
          {step === 'disk' && <DiskStep {...stepProps} />}
          {step === 'network' && <NetworkStep {...stepProps} />}
          {step === 'review' && <ReviewStep {...stepProps} spec={spec} definition={definition} onDefinition={setDefinition} onGo={go} />}
        </Form>
        {step === 'review' && check.error && <Failure fault={faultOf(check.error)} onRetry={() => void check.refetch()} />}
        {mending.fault && <Failure fault={mending.fault} />}
        {step === 'review' && creation.fault && <Failure fault={creation.fault} />}
        <div role="status">
          {step === 'review' && isBlocked && !system.isPending && <p>What is marked above stands in the way of creating it.</p>}
        </div>
        {step === 'review' && creation.wasCancelled && <Cancelled />}
        <WizardActions
          host={host}
          steps={steps}
          step={step}
          spec={spec}
          definition={definition}
          isChosen={chosen}
          canCreate={canCreate}
          isAsking={check.isFetching || mending.isMending}
          hasFailed={creation.fault !== null}
          onGo={go}
          onDefinition={setDefinition}
          onCancel={() => {
            forgetWizard(host);
            navigate(paths.host(host));
          }}
        />
      </section>
    </div>
  );
}
