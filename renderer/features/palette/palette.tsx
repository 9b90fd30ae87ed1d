import { Modal } from '@patternfly/react-core';
import { useDeferredValue, useMemo, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { performAction } from '../../data/guest-verbs.ts';
import { nextStep } from '../../data/host-state.ts';
import { disconnectHost, removeHost, takeStep } from '../../data/host-verbs.ts';
import { useGuestLists, useHosts } from '../../data/queries.ts';
import { useKnownPools } from '../../data/known-pools.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { findEntries, type Entry, type HostVerb } from './entries.ts';

/** Any page, guest or action by a few letters. Arrows choose, Enter does, Escape leaves. */
export function Palette({ onClose }: { onClose(): void }) {
  const [, navigate] = useLocation();
  const all = useHosts().data;
  const hosts = useMemo(() => all ?? [], [all]);
  const { rows } = useGuestLists(hosts);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const sought = useDeferredValue(text);
  const pools = useKnownPools(hosts);
  const entries = useMemo(() => findEntries(sought, hosts, rows, pools), [sought, hosts, rows, pools]);
  const index = Math.min(chosen, entries.length - 1);

  const run = ({ does }: Entry) => {
    onClose();
    if (does.kind === 'go') navigate(does.to);
    else if (does.kind === 'host') runHostVerb(does.host, does.verb);
    else void performAction({ host: does.row.host, id: does.row.guest.id }, does.row.guest, does.action);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    // Who types faster than the list follows means what was typed, not what happens to be in the list still.
    const entry = sought === text ? entries[index] : findEntries(text, hosts, rows, pools)[0];
    if (step !== undefined && entries.length > 0) {
      setChosen((index + step + entries.length) % entries.length);
      event.preventDefault();
    } else if (event.key === 'Enter' && entry) {
      run(entry);
      event.preventDefault();
    }
  };

  return (
    <Modal
      isOpen
      variant="small"
      position="top"
      aria-label="Go to or do"
      className="gh-palette"
      elementToFocus="#palette"
      onEscapePress={onClose}
    >
      <input
        id="palette"
        role="combobox"
        className="gh-palette__input"
        aria-label="Go to or do"
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls="palette-list"
        aria-activedescendant={entries[index] && `palette-${index}`}
        placeholder="A guest, a page, an action…"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={onClose}
      />
      <ul role="listbox" id="palette-list" className="gh-palette__list" aria-label="Found">
        {entries.map((entry, i) => (
          <li
            key={entry.id}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === index}
            ref={i === index ? intoSight : undefined}
            onPointerDown={(event) => {
              // The field keeps the focus; losing it would close all this before the click.
              event.preventDefault();
            }}
            onClick={() => run(entry)}
          >
            <ForeignText text={entry.title} />
            <span className="gh-subtle">
              <ForeignText text={entry.detail} />
            </span>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="gh-palette__none">Nothing has these letters.</p>}
    </Modal>
  );
}

function runHostVerb(host: Host, verb: HostVerb): void {
  if (verb === 'step') {
    const step = nextStep(host.state);
    if (step !== null) takeStep(host.id, step);
  } else if (verb === 'disconnect') disconnectHost(host.id);
  else removeHost(host);
}

function intoSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
