import { ActionList, ActionListGroup, ActionListItem, Button, Form, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { CreationOffer, GuestSpec } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { paths } from '../../data/paths.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { CreateProgress } from './create-progress.tsx';
import { type ChosenMedia, fieldsOf, problemsOf, specOf } from './draft.ts';
import { changeWizard, forgetWizard, type Step, steps, useWizard } from './draft-store.ts';
import { DiskStep } from './disk-step.tsx';
import { MediaStep } from './media-step.tsx';
import { NetworkStep } from './network-step.tsx';
import { ResourcesStep } from './resources-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { StepList, stepTitles } from './step-list.tsx';
import type { StepProps } from './step-props.ts';
import { useCreation } from './use-creation.ts';
import { wrongSteps } from './wrong-steps.ts';

interface CreateGuestFormProps {
  readonly host: HostId;
  readonly offer: CreationOffer;
}

/** The steps themselves. Nothing is made before Create, and nothing typed is lost until a guest was. */
export function CreateGuestForm({ host, offer }: CreateGuestFormProps) {
  const { draft, step } = useWizard(host);
  const [, navigate] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  const control = useRef<string | null>(null);
  const movedTo = useRef<Step | null>(null);

  const fields = fieldsOf(offer, draft);
  const problems = problemsOf(offer, draft);
  const spec = specOf(offer, draft);
  const check = useCheck(host, spec, draft.chosen, step === 'review');
  const creation = useCreation(host, fields.name);
  const objections = check.data ?? [];
  const wrong = wrongSteps(problems, objections);
  const stepProps: StepProps = {
    host,
    offer,
    draft,
    fields,
    problems,
    objections,
    onEdit: (edits) => changeWizard(host, { draft: { ...draft, edits: { ...draft.edits, ...edits } } }),
  };

  useEffect(() => {
    // The focus follows to what was asked for, or to where reading begins.
    if (movedTo.current !== step) return;
    const wanted = control.current === null ? null : document.getElementById(control.current);
    control.current = null;
    (wanted ?? heading.current)?.focus();
  }, [step]);

  const go = (to: Step, toControl: string | null = null): void => {
    movedTo.current = to;
    control.current = toControl;
    creation.reset();
    changeWizard(host, { step: to });
  };
  const next = steps[steps.indexOf(step) + 1];
  const back = steps[steps.indexOf(step) - 1];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (next !== undefined) go(next);
    else if (canCreate) void creation.start(spec, draft.chosen);
  };
  const isBlocked = spec === null || objections.some(({ severity }) => severity === 'error');
  const canCreate = spec !== null && check.isSuccess && !isBlocked;
  const chosen = draft.chosen !== null;

  if (creation.isRunning) {
    return (
      <section className="gh-create__main" aria-label="Making the guest">
        <Title headingLevel="h2">Making {fields.name}</Title>
        <CreateProgress task={creation.task} />
      </section>
    );
  }

  return (
    <div className="gh-create__frame">
      <StepList current={step} wrong={chosen ? wrong : new Set()} isOpen={chosen} onGo={go} />
      <section className="gh-create__main" aria-labelledby="step-title">
        <h2 id="step-title" className="gh-create__title" tabIndex={-1} ref={heading}>
          {stepTitles[step]}
        </h2>
        <Form id="create-guest" className="gh-create__form" onSubmit={submit} noValidate>
          {step === 'media' && (
            <MediaStep chosen={draft.chosen} onChoose={(media) => changeWizard(host, { draft: { ...draft, chosen: media } })} />
          )}
          {step === 'resources' && <ResourcesStep {...stepProps} />}
          {step === 'disk' && <DiskStep {...stepProps} />}
          {step === 'network' && <NetworkStep {...stepProps} />}
          {step === 'review' && <ReviewStep {...stepProps} onGo={go} />}
        </Form>
        {step === 'review' && check.error && <FaultAlert fault={faultOf(check.error)} onRetry={() => void check.refetch()} />}
        {step === 'review' && creation.fault && <FaultAlert fault={creation.fault} />}
        {step === 'review' && isBlocked && <p>What is marked above stands in the way of creating it.</p>}
        {step === 'review' && creation.wasCancelled && <p role="status">Cancelled. Nothing of it was left on the host.</p>}
        <ActionList className="gh-create__actions">
          <ActionListGroup>
            {back !== undefined && (
              <ActionListItem>
                <Button variant="secondary" onClick={() => go(back)}>
                  Back
                </Button>
              </ActionListItem>
            )}
            <ActionListItem>
              {next === undefined ? (
                <Button type="submit" form="create-guest" isDisabled={!canCreate} isLoading={check.isFetching}>
                  {creation.fault ? 'Try again' : 'Create'}
                </Button>
              ) : (
                <Button type="submit" form="create-guest" isDisabled={!chosen}>
                  Next
                </Button>
              )}
            </ActionListItem>
            {next !== undefined && next !== 'review' && (
              <ActionListItem>
                <Button variant="secondary" isDisabled={!chosen} onClick={() => go('review')}>
                  Review and create
                </Button>
              </ActionListItem>
            )}
          </ActionListGroup>
          <ActionListGroup>
            <ActionListItem>
              <Button
                variant="link"
                onClick={() => {
                  forgetWizard(host);
                  navigate(paths.host(host));
                }}
              >
                Cancel
              </Button>
            </ActionListItem>
          </ActionListGroup>
        </ActionList>
      </section>
    </div>
  );
}

/** What the host has against the guest. Asked at the review; the answer stays at its fields until one of them changes. */
function useCheck(host: HostId, spec: GuestSpec | null, chosen: ChosenMedia | null, isReview: boolean) {
  return useQuery({
    queryKey: ['check', host, chosen?.token, spec],
    queryFn: () => (spec === null || chosen === null ? [] : api.guests.check({ host, spec, media: chosen.token })),
    enabled: isReview && spec !== null && chosen !== null,
    staleTime: 0,
    gcTime: 60_000,
  });
}
