import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { windowUser } from '../../build/setup/window-user.mjs';
import { addHostBySsh } from '../app/add-host.ts';
import { type RunningApp, startApp } from '../app/launch.ts';
import { Wizard } from '../app/wizard.ts';
import { type EmulatedHost, startEmulatedHost } from '../bed/emulated-host.ts';

// Docker's rules on a host far away, and the mend by its button in the real window.

const SLOW_MS = 240_000;
let host: EmulatedHost;
let running: RunningApp;

beforeAll(async () => {
  const user = windowUser();
  host = await startEmulatedHost(user === undefined ? {} : { owner: user });
  await host.client.configure(`IdentityFile ${join(host.client.dir, 'emulated-key')}`);
  running = await startApp({ env: host.client.env });
  running.page.setDefaultTimeout(SLOW_MS);
  await mkdir('out/firewall', { recursive: true });
}, 600_000);
afterAll(async () => {
  await running?.stop();
  await host?.stop();
});

const picture = async (name: string) => void (await running.page.screenshot({ path: `out/firewall/${name}.png` }));
const peoples = () => host.shell('iptables -S DOCKER-USER');

test('guests that Docker cuts off are let through by a button, and the rules taken back by another', async () => {
  const { page } = running;
  const main = page.getByRole('main');
  // As Docker leaves the firewall beside a libvirt whose rules are in a table of their own.
  await host.shell(`virsh net-start default || virsh net-list --name | grep -qx default
    iptables -F FORWARD && iptables -N DOCKER-USER && iptables -A DOCKER-USER -j RETURN && iptables -A FORWARD -j DOCKER-USER
    iptables -P FORWARD DROP`);
  const before = await peoples();
  const id = await addHostBySsh(page, { port: new URL(host.uri('qemu')).port, name: 'attic' }, 'emulated');
  const wizard = new Wizard(running, id);
  page.setDefaultTimeout(SLOW_MS);
  await page.evaluate((to) => (window.location.hash = to), `#/hosts/${id}/networks`);
  await main.getByText('Docker cuts off the guests on “default”').waitFor();
  await picture('cut');
  const ask = () => main.getByRole('button', { name: 'Let guests through…' }).click();
  await wizard.agree(ask, 'sudo iptables -I DOCKER-USER -i virbr0 -j ACCEPT', 'Let guests through');
  await main.getByText('Rules let the guests on “default” through Docker’s firewall').waitFor();
  await picture('through');
  expect(await peoples()).toContain('-A DOCKER-USER -i virbr0 -j ACCEPT');
  expect(await peoples()).toMatch(/-A DOCKER-USER -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT/);
  const takeBack = () => main.getByRole('button', { name: 'Take the rules back…' }).click();
  await wizard.agree(takeBack, 'sudo iptables -D DOCKER-USER -i virbr0 -j ACCEPT', 'Take back');
  await main.getByText('Docker cuts off the guests on “default”').waitFor();
  expect(await peoples()).toBe(before);
}, 900_000);
