import type { HostState } from '#model/host';
import { useHostWord } from '../../data/host-state.ts';

/** Dot and word. Not a live region: a countdown read out every second would drown all else. */
export function HostStateLabel({ state }: { readonly state: HostState }) {
  const { word, tone } = useHostWord(state);
  return (
    <span className="gh-host__state" data-state={tone}>
      {word}
    </span>
  );
}
