import type { IdMap } from '#model/guest-source';
import type { DomainWish } from './domain-wish.ts';
import { nicSource } from './new-domain-devices.ts';
import { element, type XmlElement } from './document.ts';

/**
 * The definition of a new container: what virt-install makes of the same request (--container), but for
 * - the map of users, without which a container's root is the host's (libvirt: docs/drvlxc.rst, "User and group isolation");
 * - a network namespace of its own also without a network card: libvirt would else leave the host's own network to it.
 */
export function newContainer({ spec, uuid, plan, machine }: DomainWish): XmlElement {
  const { source } = spec;
  const init = source.kind === 'container-app' || source.kind === 'container-os' ? source.init : '/sbin/init';
  const words = source.kind === 'container-app' ? source.arguments : [];
  const idMap = source.kind === 'container-app' || source.kind === 'container-os' ? source.idMap : null;
  return element(
    'domain',
    { type: machine.type },
    element('name', {}, spec.name),
    element('uuid', {}, uuid),
    element('memory', { unit: 'KiB' }, String(Math.ceil(spec.memory / 1024))),
    element('vcpu', {}, String(spec.vcpus)),
    element(
      'os',
      {},
      element('type', { arch: machine.arch }, 'exe'),
      element('init', {}, init),
      ...words.map((word) => element('initarg', {}, word)),
    ),
    idMap === null ? null : idMapElement(idMap),
    element('features', {}, element('privnet')),
    element('clock', { offset: 'utc' }),
    element('on_poweroff', {}, 'destroy'),
    element('on_reboot', {}, 'restart'),
    element('on_crash', {}, 'destroy'),
    element(
      'devices',
      {},
      machine.emulator === null ? null : element('emulator', {}, machine.emulator),
      plan.root === null
        ? null
        : element('filesystem', { type: 'mount' }, element('source', { dir: plan.root }), element('target', { dir: '/' })),
      ...spec.nics.map((nic) => element('interface', { type: nic.kind }, nicSource(nic))),
      element('console', { type: 'pty' }),
    ),
  );
}

function idMapElement({ start, count }: IdMap): XmlElement {
  const map = { start: 0, target: start, count };
  return element('idmap', {}, element('uid', map), element('gid', map));
}
