import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UsbUse } from '#model/usb-device';
import { disksBelow, type HereRoots } from '../devices/disks-here.ts';

/** Of USB's human interface devices (usb.org, HID 1.11, 4.1 and 4.3): a class, and which of them a firmware could use. */
const HID = '03';
const hidUses: ReadonlyMap<string, UsbUse> = new Map([
  ['01', 'keyboard'],
  ['02', 'mouse'],
]);

/** What this computer would miss if the device at this path of /sys went to a guest. */
export async function usbUseHere(path: string, roots?: HereRoots): Promise<UsbUse | null> {
  const { used, doubtful } = await disksBelow(path, roots);
  if (used.length > 0) return 'disk';
  const interfaces = (await readdir(path).catch(() => [])).filter((name) => name.includes(':'));
  for (const name of interfaces) {
    const [kind, protocol] = await Promise.all(['bInterfaceClass', 'bInterfaceProtocol'].map((file) => word(join(path, name, file))));
    const use = kind === HID ? hidUses.get(protocol ?? '') : undefined;
    if (use !== undefined) return use;
  }
  return doubtful.length > 0 ? 'unchecked-disk' : null;
}

const word = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim();
