import type { HostId } from '#model/host';
import { useHostLoad } from '../../data/queries.ts';
import { useWatch } from '../../data/samples.ts';
import { Meter } from '../../ui/meter.tsx';
import { formatBytes, formatShare } from '../../ui/quantity.ts';

/** CPU and memory of a host, for which nothing is asked of its guests. The place is kept before the first measurement comes. */
export function HostLoadBars({ host }: { readonly host: HostId }) {
  useWatch({ kind: 'load', host });
  const load = useHostLoad(host);
  const memory = load && load.memory > 0 ? load.memoryUsed / load.memory : 0;
  return (
    <div className="gh-load">
      <span>CPU</span>
      <Meter label="CPU of the host" share={load?.cpu ?? 0} text={load ? formatShare(load.cpu) : 'not measured yet'} />
      <span className="gh-number">{load ? formatShare(load.cpu) : '–'}</span>
      <span>Memory</span>
      <Meter
        label="Memory of the host"
        share={memory}
        text={load ? `${formatBytes(load.memoryUsed)} of ${formatBytes(load.memory)}` : 'not measured yet'}
      />
      <span className="gh-number">{load ? formatShare(memory) : '–'}</span>
    </div>
  );
}
