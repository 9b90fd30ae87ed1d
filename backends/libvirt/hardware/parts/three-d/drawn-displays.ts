import { attribute, child, children, element, type XmlElement } from '../../../xml/document.ts';
import { replaced, withAdded, withAttributes, withAttributesAt, withChild, without } from '../../../xml/edit.ts';
import { withVideoModel } from '../../devices/display/video.ts';
import { devicesOf } from '../../hardware-context.ts';

/** Who draws: a display of its own that nobody looks at, beside VNC or SPICE; or SPICE itself, for a viewer on the host. */
export type Way = 'off-screen' | 'spice';

const graphicsIn = (domain: XmlElement, type: string): XmlElement[] =>
  devicesOf(domain).filter((one) => one.name === 'graphics' && attribute(one, 'type') === type);
const videosIn = (domain: XmlElement): XmlElement[] => devicesOf(domain).filter(({ name }) => name === 'video');
const draws = (display: XmlElement): boolean => attribute(child(display, 'gl'), 'enable') === 'yes';
const isFirst = (video: XmlElement): boolean => attribute(child(video, 'model'), 'primary') === 'yes';

export const hasDisplay = (domain: XmlElement, type: string): boolean => graphicsIn(domain, type).length > 0;

/** The video device that shows the firmware: libvirt's own, or that which is named first. */
export function firstVideo(domain: XmlElement): XmlElement | null {
  const all = videosIn(domain);
  return all.find(isFirst) ?? all[0] ?? null;
}

export const hasFast = (domain: XmlElement): boolean =>
  videosIn(domain).some((video) => attribute(child(child(video, 'model'), 'acceleration'), 'accel3d') === 'yes');

export function wayIn(domain: XmlElement): Way | null {
  if (hasDisplay(domain, 'egl-headless')) return 'off-screen';
  return graphicsIn(domain, 'spice').some(draws) ? 'spice' : null;
}

/** Displays in windows on the host draw by themselves. */
export const drawsElsewhere = (domain: XmlElement): boolean => ['sdl', 'dbus'].some((type) => graphicsIn(domain, type).some(draws));

const drawerIn = (domain: XmlElement): XmlElement | null =>
  graphicsIn(domain, 'egl-headless')[0] ?? graphicsIn(domain, 'spice').find(draws) ?? null;

export const cardIn = (domain: XmlElement): string | null => attribute(child(drawerIn(domain), 'gl'), 'rendernode');

const withDevices = (domain: XmlElement, make: (devices: XmlElement) => XmlElement): XmlElement =>
  withChild(domain, 'devices', (old) => make(old ?? element('devices')));
const mapped = (devices: XmlElement, which: (one: XmlElement) => boolean, make: (one: XmlElement) => XmlElement): XmlElement =>
  children(devices)
    .filter(which)
    .reduce((made, one) => replaced(made, one, make(one)), devices);

export function withCard(domain: XmlElement, card: string | null): XmlElement {
  const drawer = drawerIn(domain);
  if (drawer === null) return domain;
  return withDevices(domain, (devices) => replaced(devices, drawer, withAttributesAt(drawer, ['gl'], { rendernode: card })));
}

/** The first video device draws in 3D. Another model than virtio cannot: it becomes one. */
export function withFastVideo(domain: XmlElement): XmlElement {
  const video = firstVideo(domain);
  const virtio = withVideoModel(video ?? element('video', {}, element('model', { type: 'virtio' })), 'virtio');
  const fast = withAttributesAt(virtio, ['model', 'acceleration'], { accel3d: 'yes' });
  return withDevices(domain, (devices) => (video === null ? withAdded(devices, fast) : replaced(devices, video, fast)));
}

export const withoutFastVideo = (domain: XmlElement): XmlElement =>
  withDevices(domain, (devices) =>
    mapped(
      devices,
      ({ name }) => name === 'video',
      (video) => withAttributesAt(video, ['model', 'acceleration'], { accel3d: null }),
    ),
  );

const isSpice = (one: XmlElement) => one.name === 'graphics' && attribute(one, 'type') === 'spice';
const isOffScreen = (one: XmlElement) => one.name === 'graphics' && attribute(one, 'type') === 'egl-headless';
const LOOPBACK = { type: 'address', address: '127.0.0.1' } as const;

/** QEMU draws for SPICE over no port, only over a socket that open files can go through (ui/spice-core.c). */
const drawing = (spice: XmlElement): XmlElement => {
  const bare = withAttributes(spice, { port: null, tlsPort: null, autoport: null, listen: null });
  const local = ['socket', 'none'].includes(attribute(child(bare, 'listen'), 'type') ?? '');
  const listening = local ? bare : withChild(withoutAll(bare, 'listen'), 'listen', () => element('listen', { type: 'none' }));
  return withAttributesAt(listening, ['gl'], { enable: 'yes' });
};

/** As others reach it, which is on the host alone until somebody says more. */
const plain = (spice: XmlElement): XmlElement => {
  if (!draws(spice)) return spice;
  const bare = withAttributesAt(spice, ['gl'], { enable: null, rendernode: null });
  if (attribute(child(bare, 'listen'), 'type') !== 'none') return bare;
  return withChild(withAttributes(bare, { autoport: 'yes', port: -1 }), 'listen', () => element('listen', LOOPBACK));
};

const withoutAll = (parent: XmlElement, name: string): XmlElement => children(parent, name).reduce(without, parent);

/** Nobody, or this one and no other, draws: QEMU has room for one. */
export function withWay(domain: XmlElement, way: Way | null): XmlElement {
  return withDevices(domain, (devices) => {
    const kept = way === 'off-screen' ? devices : children(devices).filter(isOffScreen).reduce(without, devices);
    const spice = mapped(kept, isSpice, way === 'spice' ? drawing : plain);
    if (way !== 'off-screen' || children(spice).some(isOffScreen)) return spice;
    const seen = children(spice).some((one) => one.name === 'graphics' && ['vnc', 'spice', 'rdp'].includes(attribute(one, 'type') ?? ''));
    const shown = seen
      ? spice
      : withAdded(spice, element('graphics', { type: 'vnc', port: -1, autoport: 'yes' }, element('listen', LOOPBACK)));
    return withAdded(shown, element('graphics', { type: 'egl-headless' }));
  });
}
