import type { RecentUse } from '#model/recent-medium';
import { useRecentMedia } from '../../data/recent-media.ts';
import { formatClock } from '../../ui/clock.ts';
import { RecentList } from './recent-list.tsx';

interface RecentAddressesProps {
  /** Of the field that takes the address. */
  readonly id: string;
  readonly use: RecentUse;
  readonly onPick: (url: string) => void;
}

/** Addresses from which guests were made. One that is picked is in the field then, to be looked up as a typed one is. */
export function RecentAddresses({ id, use, onPick }: RecentAddressesProps) {
  const addresses = useRecentMedia('address', use);
  const entries = addresses.map((one) => ({ id: one.id, name: one.url, about: `used ${formatClock(one.usedAt)}` }));
  const pick = (picked: string): void => {
    const found = addresses.find((one) => one.id === picked);
    if (found === undefined) return;
    onPick(found.url);
    document.getElementById(id)?.focus();
  };
  return <RecentList id={id} entries={entries} onPick={pick} />;
}
