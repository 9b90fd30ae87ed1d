import { attribute, child, children, path, text, type XmlElement } from '../../backends/libvirt/xml/document.ts';

/** What both say, in a form to compare: one line for each thing that matters. */
export function essenceOf(domain: XmlElement): string[] {
  const devices = child(domain, 'devices');
  const line = (element: XmlElement, ...parts: (string | null)[]) => [element.name, ...parts].filter((part) => part !== null).join(' ');
  const disks = children(devices, 'disk').map((disk) => {
    const driver = child(disk, 'driver');
    const source = attribute(child(disk, 'source'), 'file');
    const parts = [attribute(disk, 'device'), attribute(driver, 'type'), attribute(driver, 'discard'), source];
    return line(
      disk,
      ...parts,
      attribute(child(disk, 'target'), 'dev'),
      attribute(child(disk, 'target'), 'bus'),
      child(disk, 'readonly')?.name ?? null,
    );
  });
  const others = children(devices).flatMap((device) => {
    const model = attribute(device, 'model') ?? attribute(child(device, 'model'), 'type');
    if (['disk', 'serial', 'console', 'tpm', 'emulator'].includes(device.name)) return [];
    if (device.name === 'interface') return [line(device, attribute(child(device, 'source'), 'network'), model)];
    return [line(device, attribute(device, 'type'), model, attribute(child(device, 'target'), 'name'))];
  });
  const features = children(child(domain, 'features')).flatMap((feature) => [feature.name, ...children(feature).map((part) => part.name)]);
  const timers = children(child(domain, 'clock')).map((timer) => `timer ${[...timer.attributes.values()].join(' ')}`);
  const type = path(domain, 'os', 'type');
  return [
    attribute(domain, 'type') ?? '',
    ...['name', 'memory', 'vcpu'].map((name) => `${name} ${text(child(domain, name))}`),
    `os ${attribute(type, 'arch')} ${(attribute(type, 'machine') ?? '').replace(/^pc-q35.*/, 'q35')} ${attribute(child(domain, 'os'), 'firmware')}`,
    `cpu ${attribute(child(domain, 'cpu'), 'mode')}`,
    `clock ${attribute(child(domain, 'clock'), 'offset')}`,
    ...timers,
    ...features,
    ...children(child(domain, 'pm')).map((state) => `${state.name} ${attribute(state, 'enabled')}`),
    ...disks,
    ...others,
  ].sort();
}
