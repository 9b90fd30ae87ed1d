import { startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { benchListGuests } from './list-guests.ts';

const daemon = await startPrivateLibvirtd();
try {
  await benchListGuests(daemon);
} finally {
  await daemon.stop();
}
