import type { GuestRef } from '#model/guest';
import { useSettings } from '../../data/queries.ts';
import { defaultSettings, useChangeSettings } from '../../data/settings.ts';

/** As the contract's Settings.manualConsoles has it; who was added longest ago makes room. */
const MOST = 1000;

/** Whether the guest's consoles connect when its page shows them, and how to have it otherwise. */
export function useConnectsByItself({ host, id }: GuestRef): readonly [boolean, (byItself: boolean) => void] {
  const { manualConsoles } = useSettings().data ?? defaultSettings;
  const change = useChangeSettings();
  const key = `${host}/${id}`;
  const others = manualConsoles.filter((one) => one !== key);
  const set = (byItself: boolean): void => change({ manualConsoles: byItself ? others : [...others, key].slice(-MOST) });
  return [!manualConsoles.includes(key), set];
}
