import { startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { benchBusyConsoles } from './busy-consoles.ts';
import { benchConnections } from './connections.ts';
import { benchConsoleText } from './console-text.ts';
import { benchConsoles } from './consoles.ts';
import { benchListGuests } from './list-guests.ts';
import { benchSmallCalls } from './small-calls.ts';
import { benchTransfers } from './transfers.ts';
import { benchWindow } from './window.ts';

/** `npm run bench -- window` runs that part alone. */
const parts = {
  list: benchListGuests,
  calls: benchSmallCalls,
  connections: benchConnections,
  transfers: benchTransfers,
  window: benchWindow,
  consoles: benchConsoles,
  text: benchConsoleText,
  busy: benchBusyConsoles,
} as const;
const wanted = process.argv.slice(2);

const daemon = await startPrivateLibvirtd();
try {
  for (const [name, run] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) await run(daemon);
  }
} finally {
  await daemon.stop();
}
