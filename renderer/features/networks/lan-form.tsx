import { Button, Checkbox, Form, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import { type LanBridge, type LanChange, type LanLink, LinkName, type LanOutlook } from '#model/lan-bridge';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { type ProblemOf, TextField } from './form-parts.tsx';
import { LanWays, wayNames } from './lan-ways.tsx';

interface LanFormProps {
  readonly id: string;
  readonly outlook: Extract<LanOutlook, { kind: 'ready' }>;
  readonly isBusy: boolean;
  onWish(change: LanChange): void;
}

/** Which card becomes part of which bridge. */
export function LanForm({ id, outlook: { links, bridges, freeName }, isBusy, onWish }: LanFormProps) {
  const able = links.filter(({ obstacle }) => obstacle === null);
  const [link, setLink] = useState((able.find(({ isWayOut }) => isWayOut) ?? able[0])?.name ?? null);
  const [name, setName] = useState(freeName);
  const [stp, setStp] = useState(false);
  const problem = problemOf(name, [...links, ...bridges]);
  const other = [...new Set(links.flatMap(({ obstacle }) => obstacle?.ways ?? []))];
  const said: ProblemOf = () => (problem === null ? undefined : { message: problem, isError: true });
  return (
    <>
      <Form
        id={id}
        onSubmit={(event) => {
          event.preventDefault();
          if (link !== null && problem === null) onWish({ kind: 'make', link, bridge: name, stp });
        }}
      >
        <fieldset className="gh-lan-links">
          <legend>Network card</legend>
          {links.length === 0 && <p className="gh-subtle">The host has no card of a network.</p>}
          {links.map((each) => (
            <LinkChoice key={each.name} link={each} isChosen={each.name === link} onChoose={() => setLink(each.name)} />
          ))}
        </fieldset>
        {link !== null && (
          <>
            <TextField field="lan-bridge" label="Name of the bridge" value={name} narrow problemOf={said} onChange={setName} />
            <Checkbox
              id="lan-stp"
              label="Spanning tree (STP)"
              description="Against loops, where bridges are joined in a ring. Ports then wait for half a minute, which a host reached over this card may not survive: it goes back."
              isChecked={stp}
              onChange={(_event, checked) => setStp(checked)}
            />
            <p className="gh-subtle">
              The card becomes part of the bridge, and the host’s addresses move to it; its profile of now stays for going back. Guests on
              the bridge are on the same network as the host, with addresses from there.
            </p>
          </>
        )}
      </Form>
      {other.length > 0 && (
        <section className="gh-part gh-lan-part">
          <h2>Where a bridge cannot be made</h2>
          <LanWays list={other} />
        </section>
      )}
      {bridges.length > 0 && <Bridges bridges={bridges} isBusy={isBusy} onWish={onWish} />}
    </>
  );
}

function LinkChoice({ link, isChosen, onChoose }: { readonly link: LanLink; readonly isChosen: boolean; onChoose(): void }) {
  const { name, profile, addresses, obstacle } = link;
  return (
    <Radio
      id={`lan-link-${name}`}
      name="lan-link"
      label={<ForeignText text={name} />}
      isChecked={isChosen}
      isDisabled={obstacle !== null}
      onChange={onChoose}
      description={
        <>
          {[kinds[link.kind], profile && `“${readableText(profile)}”`, ...addresses].filter(Boolean).join(' · ')}
          {obstacle !== null && (
            <span className="gh-lan-obstacle">
              {readableText(obstacle.why)}
              {obstacle.ways.length > 0 && ` Instead: ${wayNames(obstacle.ways)}.`}
            </span>
          )}
        </>
      }
    />
  );
}

const kinds: Readonly<Record<LanLink['kind'], string>> = { ethernet: 'Wired', wifi: 'Wi-Fi', vlan: 'VLAN', bond: 'Bond', team: 'Team' };

function Bridges({
  bridges,
  isBusy,
  onWish,
}: {
  readonly bridges: readonly LanBridge[];
  readonly isBusy: boolean;
  onWish: LanFormProps['onWish'];
}) {
  return (
    <section className="gh-part gh-lan-part">
      <h2>Bridges of the host</h2>
      <ul className="gh-lan-bridges">
        {bridges.map(({ name, ports, madeFor }) => (
          <li key={name}>
            <ForeignText text={name} />
            <span className="gh-subtle">{ports.length === 0 ? 'nothing on it' : readableText(ports.join(', '))}</span>
            {madeFor !== null && (
              <Button variant="secondary" size="sm" isDisabled={isBusy} onClick={() => onWish({ kind: 'remove', bridge: name })}>
                {`Remove ${readableText(name)}…`}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function problemOf(name: string, taken: readonly { readonly name: string }[]): string | null {
  if (name === '') return 'A bridge needs a name.';
  if (!LinkName.safeParse(name).success)
    return 'At most 15 letters, digits, dots, dashes and underscores, beginning with a letter or a digit.';
  return taken.some((one) => one.name === name) ? `The host has something called ${name} already.` : null;
}
