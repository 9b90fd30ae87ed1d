import { Alert, Button, Checkbox, ExpandableSection, Form } from '@patternfly/react-core';
import { useRef, useState } from 'react';
import type { Fault } from '#model/fault';
import type { Network, NetworkDetails, NetworkSurroundings } from '#model/network';
import { planNetworkChange, sameNetwork } from '#model/network-change';
import { networkProblems, type NetworkProblem } from '#model/network-problems';
import { hasOwnBridge, type NetworkSpec } from '#model/network-spec';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { AddressesFields } from './addresses-fields.tsx';
import { ForwardFields } from './forward-fields.tsx';
import { type ProblemOf, TextField } from './form-parts.tsx';
import { MoreFields } from './more-fields.tsx';
import { type NetworkDraft, specOf } from './network-draft.ts';
import { stepWords } from './step-words.ts';

interface NetworkFormProps {
  readonly surroundings: NetworkSurroundings;
  readonly initial: NetworkDraft;
  /** What is changed; null: a new one is made. */
  readonly existing: NetworkDetails | null;
  submit(spec: NetworkSpec, wish: { readonly start: boolean; readonly autostart: boolean }): Promise<void>;
  onCancel(): void;
}

const moreFields = /^(domain|dnsHosts|forwarders|bridge|mtu|inbound|outbound|portGroups|forward\.ports)/;

/** A virtual network, new or to be changed. */
export function NetworkForm({ surroundings, initial, existing, submit, onCancel }: NetworkFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [wish, setWish] = useState({ start: true, autostart: true });
  const [pressed, setPressed] = useState(false);
  const [more, setMore] = useState(false);
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  const spec = specOf(draft);
  const self: Network | null = existing?.network ?? null;
  const problems = networkProblems(spec, { surroundings, self });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const problemOf = problemsFor(problems, draft, pressed);
  const unchanged = existing !== null && sameNetwork(existing.spec, spec);
  const edit = (change: Partial<NetworkDraft>) => setDraft({ ...draft, ...change });

  const send = async () => {
    if (running || unchanged) return;
    setPressed(true);
    if (errors.length > 0) {
      setMore(more || errors.some(({ field }) => moreFields.test(field)));
      // What is wrong is marked with the next painting.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    setRunning(true);
    setFault(null);
    try {
      await submit(spec, wish);
    } catch (error) {
      setFault(faultOf(error));
      setRunning(false);
    }
  };
  return (
    <Form
      ref={form}
      className="gh-net-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {fault !== null && <FaultAlert fault={fault} />}
      <TextField
        field="name"
        label="Name"
        value={draft.name}
        problemOf={problemOf}
        isDisabled={existing !== null}
        {...(existing !== null && {
          hint: 'libvirt cannot rename a network. Make another one of the name you want, and put the guests there.',
        })}
        onChange={(name) => edit({ name })}
      />
      <ForwardFields draft={draft} surroundings={surroundings} existing={existing !== null} problemOf={problemOf} onEdit={edit} />
      {hasOwnBridge(draft.mode) && (
        <>
          <AddressesFields family="ipv4" addresses={draft.ipv4} problemOf={problemOf} onEdit={(ipv4) => edit({ ipv4 })} />
          <AddressesFields family="ipv6" addresses={draft.ipv6} problemOf={problemOf} onEdit={(ipv6) => edit({ ipv6 })} />
          {!surroundings.knowsInterfaces && (
            <p className="gh-subtle">Which subnets that host’s own interfaces have is not told: compare them yourself.</p>
          )}
        </>
      )}
      <ExpandableSection
        toggleText={more ? 'Fewer settings' : 'More settings: names, bridge, packets, bandwidth, port groups'}
        isExpanded={more}
        onToggle={(_event, open) => setMore(open)}
      >
        <div className="gh-net-more">
          <MoreFields draft={draft} problemOf={problemOf} onEdit={edit} />
        </div>
      </ExpandableSection>
      {existing === null ? (
        <div className="gh-net-wish">
          <Checkbox
            id="network-start"
            label="Start it now"
            isChecked={wish.start}
            onChange={(_event, start) => setWish({ ...wish, start })}
          />
          <Checkbox
            id="network-autostart"
            label="Start it with the host"
            isChecked={wish.autostart}
            onChange={(_event, autostart) => setWish({ ...wish, autostart })}
          />
        </div>
      ) : (
        <Effect existing={existing} spec={spec} hasErrors={errors.length > 0} />
      )}
      <div className="gh-net-buttons">
        <Button type="submit" variant="primary" isDisabled={running || unchanged} isLoading={running}>
          {existing === null ? 'Create' : 'Apply'}
        </Button>
        <Button variant="link" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </Form>
  );
}

/** Of what was left empty is said that it is missing only once somebody wanted to go on. */
function problemsFor(problems: readonly NetworkProblem[], draft: NetworkDraft, pressed: boolean): ProblemOf {
  return (field) => {
    const found = problems.find((problem) => problem.field === field);
    if (found === undefined || (!pressed && isEmpty(valueAt(draft, field)))) return undefined;
    return { message: found.message, isError: found.severity === 'error' };
  };
}

const isEmpty = (value: unknown): boolean => value === '' || (Array.isArray(value) && value.length === 0);

/** What a specification has below `forward`, a draft has beside the rest, for each kind its own. */
const ownPlace = (field: string, { mode }: NetworkDraft): string =>
  field === 'forward.bridge' ? 'hostBridge' : field === 'forward.device' && mode === 'sriov' ? 'card' : field.replace(/^forward\./, '');

function valueAt(draft: NetworkDraft, field: string): unknown {
  return ownPlace(field, draft)
    .split('.')
    .reduce<unknown>((value, key) => {
      if (typeof value !== 'object' || value === null) return undefined;
      return new Map(Object.entries(value)).get(key);
    }, draft);
}

/** What becomes of the change, before it is made. */
function Effect({
  existing,
  spec,
  hasErrors,
}: {
  readonly existing: NetworkDetails;
  readonly spec: NetworkSpec;
  readonly hasErrors: boolean;
}) {
  if (hasErrors) return null;
  const { now, later } = planNetworkChange(existing.spec, spec, existing.running);
  if (now.length === 0 && later.length === 0) return <p className="gh-subtle">Nothing is changed yet.</p>;
  return (
    <div className="gh-net-effect" aria-live="polite">
      {now.length > 0 && <Alert variant="info" component="p" isInline isPlain title={`At once: ${stepWords(now)}`} />}
      {later.length > 0 && (
        <Alert
          variant={existing.network.active ? 'warning' : 'info'}
          component="p"
          isInline
          isPlain
          title={`${existing.network.active ? 'Only with its next start' : 'With its next start'}: ${later.join(', ')}`}
        >
          {existing.network.active && 'Stopping it takes running guests’ connections away until they are started anew.'}
        </Alert>
      )}
    </div>
  );
}
