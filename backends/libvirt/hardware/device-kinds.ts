import type { DeviceKind } from './device-kind.ts';
import { controller } from './devices/controller/controller.ts';
import { cdrom, disk, floppy, lun } from './devices/disk/disk-kinds.ts';
import { filesystem } from './devices/filesystem/filesystem.ts';
import { networkCard } from './devices/network-card/network-card.ts';
import { display } from './devices/display/display.ts';
import { video } from './devices/display/video.ts';
import { sound } from './devices/display/sound.ts';
import { soundOutput } from './devices/display/sound-output.ts';
import { inputDevice } from './devices/display/input-device.ts';
import { serialPort } from './devices/character/serial-port.ts';
import { mirroredConsole } from './devices/character/mirrored-console.ts';
import { parallelPort } from './devices/character/parallel-port.ts';
import { consoleDevice } from './devices/character/console-device.ts';
import { channel } from './devices/character/channel.ts';
import { redirectedUsb } from './devices/character/redirected-usb.ts';
import { smartcard } from './devices/character/smartcard.ts';
import { pciHostDevice } from './devices/host-device/pci-device.ts';
import { usbHostDevice } from './devices/host-device/usb-device.ts';
import { mediatedDevice } from './devices/host-device/mediated-device.ts';
import { scsiHostDevice } from './devices/host-device/scsi-device.ts';
import { scsiTarget } from './devices/host-device/scsi-target.ts';
import { containerDevice } from './devices/host-device/container-device.ts';
import { trustedPlatform } from './devices/other/trusted-platform.ts';
import { randomNumbers } from './devices/other/random-numbers.ts';
import { panicNotifier } from './devices/other/panic-notifier.ts';
import { hostSocket } from './devices/other/host-socket.ts';
import { memoryBalloon } from './devices/other/memory-balloon.ts';
import { memoryDevice } from './devices/other/memory-device.ts';
import { guestIommu } from './devices/other/guest-iommu.ts';
import { sharedMemory } from './devices/other/shared-memory.ts';
import { crashStore } from './devices/other/crash-store.ts';
import { cryptoDevice } from './devices/other/crypto-device.ts';
import { nvramDevice } from './devices/other/nvram-device.ts';
import { redirectionFilter } from './devices/other/redirection-filter.ts';
import { lockLease } from './devices/other/lock-lease.ts';
import { withPciPlace } from './devices/pci-place.ts';
import { usbHub } from './devices/usb-hub.ts';
import { watchdog } from './devices/watchdog.ts';

/** The sorts of devices there are forms for, in the order in which they are shown. A new one is a file and a line here. */
const kinds: readonly DeviceKind[] = [
  disk,
  cdrom,
  floppy,
  lun,
  filesystem,
  networkCard,
  display,
  video,
  sound,
  soundOutput,
  inputDevice,
  serialPort,
  mirroredConsole,
  parallelPort,
  consoleDevice,
  channel,
  pciHostDevice,
  usbHostDevice,
  mediatedDevice,
  scsiHostDevice,
  scsiTarget,
  containerDevice,
  redirectedUsb,
  redirectionFilter,
  smartcard,
  usbHub,
  trustedPlatform,
  randomNumbers,
  watchdog,
  panicNotifier,
  hostSocket,
  memoryBalloon,
  memoryDevice,
  guestIommu,
  sharedMemory,
  crashStore,
  cryptoDevice,
  nvramDevice,
  lockLease,
  controller,
];

/** With what devices of several sorts have alike. */
export const deviceKinds: readonly DeviceKind[] = kinds.map(withPciPlace);
