import type { PoolAction } from '#model/pool-action';
import { poolKinds } from '#model/pool-kinds';
import type { PoolSpec } from '#model/pool-spec';
import { shellWord } from '../guests/guest-actions.ts';
import { hostAndPort } from './pool-document.ts';

const verbs: Readonly<Record<Exclude<PoolAction, 'delete'>, readonly string[]>> = {
  start: ['pool-start'],
  stop: ['pool-destroy'],
  refresh: ['pool-refresh'],
  build: ['pool-build'],
  'autostart-on': ['pool-autostart'],
  'autostart-off': ['pool-autostart', '--disable'],
  undefine: ['pool-undefine'],
};

/** Null where it is more than one command can say: deleting goes volume by volume. */
export function actionCommand(address: string, action: PoolAction, name: string): string | null {
  return action === 'delete' ? null : virsh(address, ...verbs[action], '--pool', name);
}

/** Null where virsh has no words for it: several devices or servers, a port, mount options, and a password, which belongs in no command. */
export function makeCommand(address: string, spec: PoolSpec): string | null {
  const { name, kind, place, build, start, autostart } = spec;
  const { hosts = [], devices = [] } = place;
  if (hosts.length > 1 || hosts.some((host) => hostAndPort(host).port !== null)) return null;
  if (devices.length > 1 || place.mountOptions !== undefined || place.password !== undefined) return null;
  const steps = [['pool-define-as', name, kind, ...options(spec)]];
  const flag = poolKinds[kind].builds === 'devices' ? { no: [], keep: ['--no-overwrite'], overwrite: ['--overwrite'] }[build] : [];
  if (build !== 'no' || kind === 'fs') steps.push(['pool-build', name, ...flag]);
  if (start) steps.push(['pool-start', name]);
  if (autostart) steps.push(['pool-autostart', name]);
  return steps.map((words) => virsh(address, ...words)).join(' && ');
}

function options({ kind, place }: PoolSpec): string[] {
  const [host] = (place.hosts ?? []).map(hostAndPort);
  const target = place.target ?? poolKinds[kind].fields.find(({ name }) => name === 'target')?.fallback;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['--source-host', host?.name],
    ['--source-path', place.directory],
    ['--source-dev', place.devices?.[0] ?? place.iqn],
    ['--source-name', place.source],
    ['--source-format', place.format],
    ['--source-initiator', place.initiator],
    ['--source-protocol-ver', place.protocolVersion],
    ['--auth-type', place.user === undefined ? undefined : kind === 'rbd' ? 'ceph' : 'chap'],
    ['--auth-username', place.user],
    ['--secret-uuid', place.secret],
    ['--adapter-name', place.adapter],
    ['--adapter-wwnn', place.wwnn],
    ['--adapter-wwpn', place.wwpn],
    ['--adapter-parent', place.parent],
    ['--target', target],
  ];
  return pairs.flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
}

export const virsh = (address: string, ...words: readonly string[]): string => ['virsh', '-c', address, ...words].map(shellWord).join(' ');
