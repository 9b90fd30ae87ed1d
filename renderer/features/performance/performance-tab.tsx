import 'uplot/dist/uPlot.min.css';
import './performance.css';
import { EmptyState, EmptyStateBody, Skeleton, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { ChartLineIcon } from '@patternfly/react-icons/dist/esm/icons/chart-line-icon';
import { PowerOffIcon } from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import { useEffect, useState } from 'react';
import type { Guest, GuestRef } from '#model/guest';
import { GiB, MiB } from '#model/quantity';
import { api } from '../../api.ts';
import type { SampleRing } from '../../data/sample-ring.ts';
import { sampleRing, useWatch } from '../../data/samples.ts';
import { useGuest, useHost } from '../../data/queries.ts';
import { formatBytes, formatRate, formatShare } from '../../ui/quantity.ts';
import { type Series, TimeChart } from './time-chart.tsx';

const spans = [
  { label: '2 minutes', span: 120_000 },
  { label: '10 minutes', span: 600_000 },
] as const;

const cpu: readonly Series[] = [{ measure: 'cpu', label: 'Used' }];
const memory: readonly Series[] = [{ measure: 'memoryUsed', label: 'Used' }];
const disk: readonly Series[] = [
  { measure: 'diskRead', label: 'Read' },
  { measure: 'diskWrite', label: 'Written' },
];
const network: readonly Series[] = [
  { measure: 'netReceive', label: 'Received' },
  { measure: 'netSend', label: 'Sent' },
];

const shareSteps = [0.1, 0.25, 0.5];
const memorySteps = Array.from({ length: 30 }, (_, i) => MiB * 2 ** i);
const rateSteps = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

const wholeShare = (): number => 1;
const wholeMemory = (ring: SampleRing): number => ring.last('memory') || GiB;
/** An idle guest's few bytes must not look like a storm. */
const quietRate = (): number => 10_000;

/** What one guest does, now and in the last minutes. */
export function PerformanceTab({ guest: ref }: { readonly guest: GuestRef }) {
  const host = useHost(ref.host);
  const { data: guest } = useGuest(ref);

  if (guest === undefined) return <Skeleton screenreaderText="Loading the charts" height="12rem" />;
  if (host?.state.kind === 'connected' && !host.state.abilities.statistics) {
    return (
      <EmptyState headingLevel="h2" icon={ChartLineIcon} titleText="No statistics">
        <EmptyStateBody>This host does not tell what its guests use.</EmptyStateBody>
      </EmptyState>
    );
  }
  if (!isOn(guest)) {
    return (
      <EmptyState headingLevel="h2" icon={PowerOffIcon} titleText="The guest is off">
        <EmptyStateBody>Start it to see what it uses.</EmptyStateBody>
      </EmptyState>
    );
  }
  return <Charts guest={ref} vcpus={guest.vcpus} />;
}

const isOn = (guest: Guest): boolean => guest.state !== 'shut-off' && guest.state !== 'crashed';

function Charts({ guest, vcpus }: { readonly guest: GuestRef; readonly vcpus: number }) {
  const [span, setSpan] = useState<number>(spans[0].span);
  const ring = sampleRing(guest);
  useWatch({ kind: 'guest', host: guest.host, id: guest.id });
  useEffect(() => {
    // Without its past the charts begin now; that is no reason to say anything.
    api.guests.history({ host: guest.host, id: guest.id }).then(
      (history) => ring.seed(history),
      () => undefined,
    );
  }, [ring, guest.host, guest.id]);

  const common = { ring, span };
  return (
    <div className="gh-performance">
      <ToggleGroup aria-label="Time shown" isCompact>
        {spans.map((choice) => (
          <ToggleGroupItem key={choice.span} text={choice.label} isSelected={span === choice.span} onChange={() => setSpan(choice.span)} />
        ))}
      </ToggleGroup>
      <div className="gh-performance__charts">
        <TimeChart
          {...common}
          title="CPU"
          note={`of ${vcpus} vCPU${vcpus === 1 ? '' : 's'}`}
          series={cpu}
          format={formatShare}
          steps={shareSteps}
          top={wholeShare}
        />
        <TimeChart {...common} title="Memory" series={memory} format={formatBytes} steps={memorySteps} top={wholeMemory} />
        <TimeChart {...common} title="Disks" series={disk} format={formatRate} steps={rateSteps} top={quietRate} />
        <TimeChart {...common} title="Network" series={network} format={formatRate} steps={rateSteps} top={quietRate} />
      </div>
    </div>
  );
}
