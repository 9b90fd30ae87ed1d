import { attribute, child, type XmlElement } from '../../../xml/document.ts';
import { replaced, withChild } from '../../../xml/edit.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, isContainer, isXen } from '../../hardware-context.ts';
import { sourceWord } from './source-types.ts';

/**
 * The <console> that libvirt writes beside the first serial port, for who asks for "the console". It is the same line: libvirt makes the one
 * from the other whenever it reads a definition (src/conf/domain_postparse.c, virDomainDefAddConsoleCompat).
 */
export function mirrors(line: XmlElement): boolean {
  return line.name === 'console' && (attribute(child(line, 'target'), 'type') ?? 'serial') === 'serial';
}

export const mirroredConsole: DeviceKind = {
  sort: 'device',
  kind: 'serial-console',
  group: 'input',
  title: 'Console on the serial port',
  help: 'The first serial port, under the name by which programs ask for the console. It is changed, and removed, with the port.',
  fits: (context) => !isContainer(context) && !isXen(context),
  is: mirrors,
  identity: () => null,
  name: (_line, number) => (number === null ? 'Console on the serial port' : `Console on a serial port ${number}`),
  summary: ({ type }) => sourceWord(type ?? 'pty'),
  fields: [],
  addition: null,
  removal: {
    live: () => false,
    also: (domain) =>
      withChild(domain, 'devices', (devices) => {
        const port = devicesOf(domain).find(({ name }) => name === 'serial');
        return devices === null || port === undefined ? devices : replaced(devices, port, null);
      }),
  },
};
