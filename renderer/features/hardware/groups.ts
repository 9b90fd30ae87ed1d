import type { DeviceGroup } from '#model/hardware';

/** The headings of the list, in this order. */
export const groups: readonly (readonly [DeviceGroup, string])[] = [
  ['machine', 'Machine'],
  ['storage', 'Storage'],
  ['network', 'Network'],
  ['display', 'Display and sound'],
  ['input', 'Input and lines'],
  ['host', 'Devices of the host'],
  ['other', 'Other'],
];
