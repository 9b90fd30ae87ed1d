import { clipboard } from './clipboard.ts';
import { confirmation } from './confirmation.ts';
import { consoles } from './consoles.ts';
import { definitions } from './definitions.ts';
import { guests } from './guests.ts';
import { hardware } from './hardware.ts';
import { hosts } from './hosts.ts';
import { inspection } from './inspection.ts';
import { interruptions } from './interruptions.ts';
import { inventory } from './inventory.ts';
import { keyboard } from './keyboard.ts';
import { media } from './media.ts';
import { networks } from './networks.ts';
import { settings } from './settings.ts';
import { startOrder } from './start-order.ts';
import { storage } from './storage.ts';
import { tasks } from './tasks.ts';
import { templates } from './templates.ts';
import { usb } from './usb.ts';
import { windows } from './windows.ts';

/** All that may be said between main and its windows. */
export const contract = {
  hosts,
  guests,
  definitions,
  hardware,
  inspection,
  startOrder,
  storage,
  networks,
  inventory,
  consoles,
  keyboard,
  clipboard,
  usb,
  media,
  tasks,
  templates,
  interruptions,
  settings,
  windows,
  confirmation,
} as const;
export type AppContract = typeof contract;
