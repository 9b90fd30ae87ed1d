import './hardware.css';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { type CSSProperties, useState } from 'react';
import type { DeviceAction, DevicePage, GuestHardware } from '#model/hardware';
import type { HostId } from '#model/host';
import { useRemembered } from '../../data/remembered.ts';
import { SplitHandle } from '../../ui/split-handle.tsx';
import { ActionDialog, actionTitle, actWish } from './action-dialog.tsx';
import { AddDialog } from './add-dialog.tsx';
import { DeviceForm } from './device-form.tsx';
import type { Wished } from './wished.ts';
import { draftKey, type Refusal, useDrafts } from './form-drafts.ts';
import { GonePage } from './gone-page.tsx';
import { PageList } from './page-list.tsx';

export interface HardwareViewProps {
  readonly hardware: Pick<GuestHardware, 'running' | 'persistent' | 'pages' | 'addable'>;
  readonly host: HostId;
  /** Whose hardware it is: what was typed is kept under this name. */
  readonly scope: string;
  /** Why nothing can be changed now. */
  readonly blocked: string | null;
  readonly chosen: string | null;
  /** What the host said against the change that was reviewed last. */
  readonly refused: { readonly wished: Wished; readonly refusal: Refusal } | null;
  /** A change is being reviewed, over whatever it came from. */
  readonly reviewing: boolean;
  onChoose(page: string): void;
  onReview(wished: Wished): void;
}

const [NARROWEST, USUAL, WIDEST] = [180, 264, 480];
const isWidth = (value: unknown): value is number => typeof value === 'number' && value >= NARROWEST && value <= WIDEST;
const isText = (value: unknown): value is string => typeof value === 'string';

type Opened =
  | { readonly kind: 'add'; readonly sort: string | null }
  | { readonly kind: 'act'; readonly page: string; readonly action: string };

/** Devices and settings to the left, the form of one to the right. It knows neither guest nor device: all it shows was described to it. */
export function HardwareView(props: HardwareViewProps) {
  const { hardware, host, scope, blocked, chosen, refused, reviewing, onChoose, onReview } = props;
  const [width, setWidth] = useRemembered('hardware.list', USUAL, isWidth);
  const [dragged, setDragged] = useState<number | null>(null);
  const [search, setSearch] = useRemembered(`hardware.search.${scope}`, '', isText);
  const [wanted, setWanted] = useState<{ readonly page: string; readonly key: string } | null>(null);
  const [opened, open] = useState<Opened | null>(null);
  const drafts = useDrafts();
  const shown = chosen ?? hardware.pages[0]?.id ?? null;
  const page = hardware.pages.find(({ id }) => id === shown);

  const review = (wished: Wished) => onReview({ ...wished, done: () => (wished.done(), open(null)) });
  const act = (of: DevicePage, action: DeviceAction) =>
    action.fields.length > 0
      ? open({ kind: 'act', page: of.id, action: action.key })
      : onReview({ ...actWish(of, action, {}), title: actionTitle(of, action), undoable: false, done: () => {} });
  const isDrafted = ({ id }: DevicePage) => drafts.has(draftKey(scope, id)) || drafts.has(draftKey(scope, id, 'xml'));
  const refusalOf = (is: (change: Wished['change']) => boolean) => (refused !== null && is(refused.wished.change) ? refused.refusal : null);

  const style: CSSProperties & Record<'--gh-hw-list', string> = { '--gh-hw-list': `${dragged ?? width}px` };

  return (
    <div className="gh-hw" style={style}>
      <PageList
        pages={hardware.pages}
        chosen={shown}
        search={search}
        drafted={new Set(hardware.pages.filter(isDrafted).map(({ id }) => id))}
        cannotAdd={blocked ?? (hardware.addable.length === 0 ? 'Nothing can be added to this guest.' : null)}
        onSearch={setSearch}
        onChoose={({ id }, key) => {
          onChoose(id);
          setWanted(key === null ? null : { page: id, key });
        }}
        onAdd={() => open({ kind: 'add', sort: null })}
      />
      <SplitHandle
        label="Width of the list of devices"
        orientation="vertical"
        value={dragged ?? width}
        min={NARROWEST}
        max={WIDEST}
        controls="hw-page"
        onMove={setDragged}
        onDone={(size) => {
          setDragged(null);
          setWidth(size);
        }}
      />
      <div id="hw-page" className="gh-hw-main">
        {page !== undefined ? (
          <DeviceForm
            key={page.id}
            page={page}
            hardware={hardware}
            host={host}
            scope={scope}
            blocked={blocked}
            wanted={wanted?.page === page.id ? wanted : null}
            refusal={refusalOf((change) => change.kind === 'set' && change.device === page.id)}
            xmlRefusal={refusalOf((change) => change.kind === 'rewrite' && change.device === page.id)}
            onReview={review}
            onAct={act}
          />
        ) : shown === null ? (
          <EmptyState titleText="Nothing to show" headingLevel="h3" variant="sm">
            <EmptyStateBody>The host tells of no part of this machine.</EmptyStateBody>
          </EmptyState>
        ) : (
          <GonePage draft={draftKey(scope, shown)} onLeave={() => onChoose(hardware.pages[0]?.id ?? '')} />
        )}
      </div>
      {!reviewing && opened?.kind === 'add' && (
        <AddDialog
          hardware={hardware}
          host={host}
          scope={scope}
          kind={opened.sort}
          refusal={refusalOf((change) => change.kind === 'add' && change.device === opened.sort)}
          onChoose={(sort) => open({ kind: 'add', sort })}
          onReview={review}
          onClose={() => open(null)}
        />
      )}
      {!reviewing && opened?.kind === 'act' && (
        <OpenedAction
          {...props}
          opened={opened}
          refusal={refusalOf((change) => change.kind === 'act')}
          onReview={review}
          onClose={() => open(null)}
        />
      )}
    </div>
  );
}

interface OpenedActionProps extends Pick<HardwareViewProps, 'hardware' | 'host' | 'scope'> {
  readonly opened: Extract<Opened, { kind: 'act' }>;
  readonly refusal: Refusal | null;
  onReview(wished: Wished): void;
  onClose(): void;
}

/** Null once the device or the action is gone. */
function OpenedAction({ hardware, opened, ...rest }: OpenedActionProps) {
  const page = hardware.pages.find(({ id }) => id === opened.page);
  const action = page?.actions.find(({ key }) => key === opened.action);
  if (page === undefined || action === undefined) return null;
  return <ActionDialog {...rest} page={page} action={action} />;
}
