import './hosts.css';
import { Button, DropdownList, Switch } from '@patternfly/react-core';
import { CheckIcon } from '@patternfly/react-icons/dist/esm/icons/check-icon';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { MinusIcon } from '@patternfly/react-icons/dist/esm/icons/minus-icon';
import { useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Host, HostAbilities, HostFacts, HostId } from '#model/host';
import { addressWords, privacyOf, privacyWords } from '../../data/address-words.ts';
import { nextStep } from '../../data/host-state.ts';
import { disconnectHost, setAutoconnect, takeStep } from '../../data/host-verbs.ts';
import { paths } from '../../data/paths.ts';
import { useHost, useHosts } from '../../data/queries.ts';
import { formatClock } from '../../ui/clock.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';
import { NoSuchHost } from './connection-page.tsx';
import { HostLoadBars } from './host-load-bars.tsx';
import { HostMenuItems } from './host-menu-items.tsx';
import { HostStateLabel } from './host-state-label.tsx';
import { OpenRoad } from './open-road.tsx';

/** One host: how it is reached, what it is, what it can. */
export function HostPage({ host: id }: { readonly host: HostId }) {
  const [, navigate] = useLocation();
  const hosts = useHosts();
  const host = useHost(id);
  if (host === undefined) return hosts.isPending ? <SkeletonRows label="Reading the host" /> : <NoSuchHost />;
  const { state } = host;
  // Over the page of a host that failed or was left the banner says it.
  const step = state.kind === 'connecting' ? nextStep(state) : null;
  return (
    <section className="gh-page" aria-label="Host">
      <PageHeader title={<ForeignText text={host.name} />} detail={<HostStateLabel state={state} />}>
        {step !== null && (
          <Button variant="secondary" size="sm" onClick={() => takeStep(host.id, step)}>
            {step.label}
          </Button>
        )}
        {state.kind === 'connected' && (
          <Button variant="secondary" size="sm" onClick={() => disconnectHost(id)}>
            Disconnect
          </Button>
        )}
        <Button variant="secondary" size="sm" onClick={() => navigate(paths.editHost(id))}>
          Edit connection
        </Button>
        <MenuButton label="More actions" icon={<EllipsisVIcon />} variant="plain">
          <DropdownList>
            <HostMenuItems host={host} />
          </DropdownList>
        </MenuButton>
      </PageHeader>
      <div className="gh-pane gh-host-page" tabIndex={0} role="region" aria-label="About this host">
        <Part title="Connection">
          <Connection host={host} />
        </Part>
        {state.kind === 'connected' && (
          <>
            <Part title="Machine">
              <Machine host={id} facts={state.facts} />
            </Part>
            <Part title="What it can">
              <Abilities abilities={state.abilities} />
            </Part>
          </>
        )}
      </div>
    </section>
  );
}

function Connection({ host }: { readonly host: Host }) {
  const [saving, setSaving] = useState(false);
  const privacy = privacyOf(host.address);
  const change = async (on: boolean): Promise<void> => {
    setSaving(true);
    await setAutoconnect(host, on);
    setSaving(false);
  };
  return (
    <dl className="gh-facts">
      <Fact term="Reached">{addressWords(host.address)}</Fact>
      <Fact term="Address">
        <span className="gh-host-page__uri">
          <code>
            <ForeignText text={host.uri} />
          </code>
          <CopyButton text={host.uri} label="Copy the address" />
        </span>
      </Fact>
      <Fact term="Privacy">
        {privacyWords[privacy]} <OpenRoad host={host} />
      </Fact>
      {host.readOnly && <Fact term="Rights">Only look: nothing can be changed</Fact>}
      {host.state.kind === 'connected' && <Fact term="Connected since">{formatClock(host.state.since)}</Fact>}
      <Fact term="At start">
        <Switch
          id="autoconnect"
          label="Connect when Guesthouse starts"
          isChecked={host.autoconnect}
          isDisabled={saving}
          onChange={(_event, on) => void change(on)}
        />
      </Fact>
    </dl>
  );
}

function Machine({ host, facts }: { readonly host: HostId; readonly facts: HostFacts }) {
  const versioned = (what: string, version: string | null) => (version === null ? what : `${what} ${version}`);
  return (
    <>
      <dl className="gh-facts">
        <Fact term="Name">
          <ForeignText text={facts.hostname} />
        </Fact>
        <Fact term="Hypervisor">
          <ForeignText text={versioned(facts.hypervisor, facts.hypervisorVersion)} />
        </Fact>
        {facts.daemonVersion !== null && (
          <Fact term="Daemon">
            <ForeignText text={`libvirt ${facts.daemonVersion}`} />
          </Fact>
        )}
        <Fact term="CPUs">
          {facts.cpus} (<ForeignText text={facts.arch} />)
        </Fact>
        {facts.cpuModel !== null && (
          <Fact term="CPU model">
            <ForeignText text={facts.cpuModel} />
          </Fact>
        )}
        <Fact term="Memory">{formatBytes(facts.memory)}</Fact>
      </dl>
      <HostLoadBars host={host} />
    </>
  );
}

const abilityWords: readonly (readonly [ability: BooleanAbility, words: string])[] = [
  ['change', 'Change guests and what they have'],
  ['createGuests', 'Create guests'],
  ['graphicalConsole', 'Show graphical consoles'],
  ['serialConsole', 'Show serial consoles'],
  ['screenshots', 'Take screenshots'],
  ['statistics', 'Measure guests'],
  ['managedSave', 'Save guests to disk and go on later'],
  ['storage', 'Show storage'],
  ['networks', 'Show networks'],
];
type BooleanAbility = { [Key in keyof HostAbilities]: HostAbilities[Key] extends boolean ? Key : never }[keyof HostAbilities];

function Abilities({ abilities }: { readonly abilities: HostAbilities }) {
  return (
    <ul className="gh-abilities">
      {abilityWords.map(([ability, words]) => (
        <li key={ability} data-able={abilities[ability]}>
          {abilities[ability] ? <CheckIcon /> : <MinusIcon />} {words}
          {!abilities[ability] && (abilities.change ? ': not on this host' : ': not over this connection')}
        </li>
      ))}
    </ul>
  );
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className="gh-part">
    <h2>{title}</h2>
    {children}
  </section>
);

const Fact = ({ term, children }: { readonly term: string; readonly children: ReactNode }) => (
  <div className="gh-facts__row">
    <dt>{term}</dt>
    <dd>{children}</dd>
  </div>
);
