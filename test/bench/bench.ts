import { startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { benchListGuests } from './list-guests.ts';
import { benchWindow } from './window.ts';

const daemon = await startPrivateLibvirtd();
try {
  await benchListGuests(daemon);
  await benchWindow(daemon);
} finally {
  await daemon.stop();
}
