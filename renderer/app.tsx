import { Spinner } from '@patternfly/react-core';
import { lazy, Suspense, useEffect } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { GuestId } from '#model/guest';
import { HostId } from '#model/host';
import { guestTabs, namesIn, paths } from './data/paths.ts';
import { useSettings } from './data/queries.ts';
import { defaultSettings } from './data/settings.ts';
import type { DefinitionForm } from './features/create-guest/definition-form.ts';
import { GuestPage } from './features/guests/guest-page.tsx';
import { GuestsPage } from './features/guests/guests-page.tsx';
import { followTheme } from './features/settings/theme.ts';
import { HostFrame } from './features/hosts/host-frame.tsx';
import { HostNotices } from './features/hosts/host-notices.tsx';
import { Shell } from './shell.tsx';
import { ToastGroup } from './ui/toast-group.tsx';

const CreateGuestPage = lazy(async () => ({ default: (await import('./features/create-guest/create-guest-page.tsx')).CreateGuestPage }));
const AddConnectionPage = lazy(async () => ({ default: (await import('./features/hosts/connection-page.tsx')).AddConnectionPage }));
const EditConnectionPage = lazy(async () => ({ default: (await import('./features/hosts/connection-page.tsx')).EditConnectionPage }));
const HostPage = lazy(async () => ({ default: (await import('./features/hosts/host-page.tsx')).HostPage }));
const DeletedGuestsPage = lazy(async () => ({
  default: (await import('./features/deleted-guests/deleted-guests-page.tsx')).DeletedGuestsPage,
}));
const StartOrderPage = lazy(async () => ({ default: (await import('./features/start-order/start-order-page.tsx')).StartOrderPage }));
const DevicesPage = lazy(async () => ({ default: (await import('./features/devices/devices-page.tsx')).DevicesPage }));
const ConsoleTab = lazy(async () => ({ default: (await import('./features/consoles/console-tab.tsx')).ConsoleTab }));
const PerformanceTab = lazy(async () => ({ default: (await import('./features/performance/performance-tab.tsx')).PerformanceTab }));
const DefinitionTab = lazy(async () => ({ default: (await import('./features/definitions/definition-tab.tsx')).DefinitionTab }));
const DraftHardware = lazy(async () => ({ default: (await import('./features/hardware/draft-hardware.tsx')).DraftHardware }));
const HardwareTab = lazy(async () => ({ default: (await import('./features/hardware/hardware-tab.tsx')).HardwareTab }));
const SoftwareTab = lazy(async () => ({ default: (await import('./features/software/software-tab.tsx')).SoftwareTab }));
const InterruptionsPage = lazy(async () => ({
  default: (await import('./features/interruptions/interruptions-page.tsx')).InterruptionsPage,
}));
const ScreensPage = lazy(async () => ({ default: (await import('./features/guests/screens-page.tsx')).ScreensPage }));
const StoragePage = lazy(async () => ({ default: (await import('./features/storage/storage-page.tsx')).StoragePage }));
const NetworksPage = lazy(async () => ({ default: (await import('./features/networks/networks-page.tsx')).NetworksPage }));
const NetworkPage = lazy(async () => ({ default: (await import('./features/networks/network-page.tsx')).NetworkPage }));
const NewNetworkPage = lazy(async () => ({ default: (await import('./features/networks/network-form-page.tsx')).NewNetworkPage }));
const ObjectDefinitionPage = lazy(async () => ({
  default: (await import('./features/definitions/object-definition-page.tsx')).ObjectDefinitionPage,
}));
const EditNetworkPage = lazy(async () => ({ default: (await import('./features/networks/network-form-page.tsx')).EditNetworkPage }));

/** The window: its frame and, in it, the page that the address names. */
export function App() {
  const settings = useSettings().data ?? defaultSettings;
  useEffect(() => followTheme(settings.theme), [settings.theme]);
  return (
    // wouter takes the hook itself: it calls it in its own components.
    // oxlint-disable-next-line react/hooks
    <Router hook={useHashLocation}>
      <Shell settings={settings}>
        <Suspense fallback={<Spinner className="gh-loading" aria-label="Loading" />}>
          <Pages />
        </Suspense>
      </Shell>
      <ToastGroup />
    </Router>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <GuestsPage key="all" host={null} notices={<HostNotices />} />
      </Route>
      <Route path={paths.allScreens}>
        <ScreensPage key="all" host={null} />
      </Route>
      <Route path={paths.interruptions}>
        <InterruptionsPage />
      </Route>
      <Route path={paths.addHost}>
        <AddConnectionPage />
      </Route>
      <Route path="/hosts/:host">{({ host }) => <OnHost host={host}>{(id) => <GuestsPage key={id} host={id} />}</OnHost>}</Route>
      <Route path="/hosts/:host/screens">{({ host }) => <OnHost host={host}>{(id) => <ScreensPage key={id} host={id} />}</OnHost>}</Route>
      <Route path="/hosts/:host/overview">{({ host }) => <OnHost host={host}>{(id) => <HostPage key={id} host={id} />}</OnHost>}</Route>
      <Route path="/hosts/:host/edit">
        {({ host }) => {
          const id = HostId.safeParse(host);
          return id.success ? <EditConnectionPage key={id.data} host={id.data} /> : <Redirect to={paths.allGuests} replace />;
        }}
      </Route>
      <Route path="/hosts/:host/create">
        {({ host }) => <OnHost host={host}>{(id) => <CreateGuestPage key={id} host={id} definitionForm={draftHardware} />}</OnHost>}
      </Route>
      <Route path="/hosts/:host/storage/*?">
        {({ host, '*': names }) => {
          const [pool = null, volume = null] = namesIn(names);
          return <OnHost host={host}>{(id) => <StoragePage key={id} host={id} pool={pool} volume={volume} />}</OnHost>;
        }}
      </Route>
      <Route path="/hosts/:host/deleted/:guest?">
        {({ host, guest }) => <OnHost host={host}>{(id) => <DeletedGuestsPage key={id} host={id} chosen={guest ?? null} />}</OnHost>}
      </Route>
      <Route path="/hosts/:host/start-order">
        {({ host }) => <OnHost host={host}>{(id) => <StartOrderPage key={id} host={id} />}</OnHost>}
      </Route>
      <Route path="/hosts/:host/devices">{({ host }) => <OnHost host={host}>{(id) => <DevicesPage key={id} host={id} />}</OnHost>}</Route>
      <Route path="/hosts/:host/networks">{({ host }) => <OnHost host={host}>{(id) => <NetworksPage key={id} host={id} />}</OnHost>}</Route>
      <Route path="/hosts/:host/networks/drawing">
        {({ host }) => <OnHost host={host}>{(id) => <NetworksPage key={id} host={id} drawing />}</OnHost>}
      </Route>
      <Route path="/hosts/:host/networks/new/:bridge?">
        {({ host, bridge }) => <OnHost host={host}>{(id) => <NewNetworkPage key={id} host={id} bridge={bridge ?? null} />}</OnHost>}
      </Route>
      <Route path="/hosts/:host/networks/:network/change">
        {({ host, network }) => <OnHost host={host}>{(id) => <EditNetworkPage key={network} host={id} network={network} />}</OnHost>}
      </Route>
      <Route path="/hosts/:host/networks/:network/xml">
        {({ host, network: id }) => (
          <OnHost host={host}>{(on) => <ObjectDefinitionPage key={id} host={on} object={{ kind: 'network', id }} />}</OnHost>
        )}
      </Route>
      <Route path="/hosts/:host/pools/:pool/xml">
        {({ host, pool }) => {
          const [name = ''] = namesIn(pool);
          return <OnHost host={host}>{(on) => <ObjectDefinitionPage key={name} host={on} object={{ kind: 'pool', name }} />}</OnHost>;
        }}
      </Route>
      <Route path="/hosts/:host/pools/:pool/volumes/:volume/xml">
        {({ host, ...rest }) => {
          const [pool = '', name = ''] = [...namesIn(rest.pool), ...namesIn(rest.volume)];
          return (
            <OnHost host={host}>
              {(on) => <ObjectDefinitionPage key={`${pool}/${name}`} host={on} object={{ kind: 'volume', pool, name }} />}
            </OnHost>
          );
        }}
      </Route>
      <Route path="/hosts/:host/guests/:guest/snapshots/:snapshot/xml">
        {({ host, guest, snapshot }) => {
          const [name = ''] = namesIn(snapshot);
          return (
            <OnHost host={host}>{(on) => <ObjectDefinitionPage key={name} host={on} object={{ kind: 'snapshot', guest, name }} />}</OnHost>
          );
        }}
      </Route>
      <Route path="/hosts/:host/networks/:network">
        {({ host, network }) => <OnHost host={host}>{(id) => <NetworkPage key={network} host={id} network={network} />}</OnHost>}
      </Route>
      <Route path="/hosts/:host/guests/:id/:tab?">
        {({ host, id, tab }) => <OnHost host={host}>{(hostId) => <GuestAt host={hostId} id={id} tab={tab ?? 'overview'} />}</OnHost>}
      </Route>
      <Route>
        <Redirect to={paths.allGuests} replace />
      </Route>
    </Switch>
  );
}

const draftHardware: DefinitionForm = (props) => <DraftHardware {...props} />;

/** A page of one host, below what is to be said of its connection. Addresses can be typed and dragged in: what is no host's id leads home. */
function OnHost({ host, children }: { readonly host: string; readonly children: (host: HostId) => React.ReactNode }) {
  const id = HostId.safeParse(host);
  return id.success ? <HostFrame host={id.data}>{children(id.data)}</HostFrame> : <Redirect to={paths.allGuests} replace />;
}

function GuestAt({ host, id, tab }: { readonly host: HostId; readonly id: string; readonly tab: string }) {
  const guest = GuestId.safeParse(id);
  if (!guest.success) return <Redirect to={paths.host(host)} replace />;
  const ref = { host, id: guest.data };
  return (
    <GuestPage
      key={paths.guest(ref)}
      guestRef={ref}
      tab={guestTabs.find((one) => one === tab) ?? 'overview'}
      console={<ConsoleTab guest={ref} />}
      performance={<PerformanceTab guest={ref} />}
      hardware={<HardwareTab guestRef={ref} />}
      software={<SoftwareTab guestRef={ref} />}
      definition={<DefinitionTab guestRef={ref} />}
    />
  );
}
