import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { agentChannel } from './agent-channel.ts';

const newest = { hypervisorVersion: '10.1.0', daemonVersion: '11.3.0' };
const domain = (devices: string) => parseXml(`<domain><devices>${devices}</devices></domain>`);
const ports = '<controller type="virtio-serial"/>';
const vdagent = (copypaste: string) =>
  `<channel type="qemu-vdagent"><source><clipboard copypaste="${copypaste}"/></source><target type="virtio" name="com.redhat.spice.0"/></channel>`;
const spicevmc = '<channel type="spicevmc"><target type="virtio" name="com.redhat.spice.0"/></channel>';
const guestAgent = '<channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>';

test('the guest agent’s own channel is another one', () => {
  const running = domain(`${ports}${guestAgent}`);
  expect(agentChannel({ running, next: running }, 'vnc', newest)).toEqual({ kind: 'missing', addable: 'now' });
});

test.each([
  ['running and kept', domain(vdagent('yes')), domain(vdagent('yes')), { kind: 'present' }],
  ['off', null, domain(vdagent('yes')), { kind: 'present' }],
  ['running without what is kept', domain(ports), domain(`${ports}${vdagent('yes')}`), { kind: 'next-start' }],
  ['running without a place for it', domain(''), domain(''), { kind: 'missing', addable: 'next-start' }],
  ['off without it', null, domain(''), { kind: 'missing', addable: 'next-start' }],
  ['there only while it runs, with a place for it', domain(ports), null, { kind: 'missing', addable: 'now' }],
])('a guest that is %s', (_what, running, next, expected) => {
  expect(agentChannel({ running, next }, 'vnc', newest)).toEqual(expected);
});

test.each([
  ['there only while it runs, without a place', domain(''), null, 'vnc', newest, /only while it runs/],
  ['of a host with an old QEMU', domain(ports), domain(ports), 'vnc', { ...newest, hypervisorVersion: '6.0.0' }, /QEMU 6.1/],
  ['of a host with an old libvirt', domain(ports), domain(ports), 'vnc', { ...newest, daemonVersion: '8.3.0' }, /libvirt 8.4/],
  ['whose agent is SPICE’s', domain(spicevmc), domain(spicevmc), 'vnc', newest, /SPICE console$/],
  ['whose agent is VNC’s', domain(vdagent('yes')), domain(vdagent('yes')), 'spice', newest, /VNC console$/],
  ['whose channel does not share', domain(vdagent('no')), domain(vdagent('no')), 'vnc', newest, /copypaste="yes"$/],
] as const)('nothing can be added to a guest %s', (_what, running, next, console, versions, why) => {
  expect(agentChannel({ running, next }, console, versions)).toEqual({ kind: 'impossible', why: expect.stringMatching(why) });
});

test('an old host’s SPICE guests lack nothing', () => {
  const running = domain(spicevmc);
  expect(agentChannel({ running, next: running }, 'spice', { hypervisorVersion: '2.0.0', daemonVersion: null })).toEqual({
    kind: 'present',
  });
});
