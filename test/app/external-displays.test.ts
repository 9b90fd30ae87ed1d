import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, type RunningApp } from './launch.ts';

// libvirt's test driver takes every sort of display; QEMU's of this version knows no RDP, and there is no graphics card for SPICE to draw with.

const pictures = 'out/external-displays';
const patience = { timeout: 60_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;
let folder: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  await mkdir(pictures, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-rdp-'));
  await chmod(folder, 0o777);
  for (const program of ['gnome-connections', 'virt-viewer']) {
    await writeFile(join(folder, program), `#!/bin/sh\necho "$@" >${folder}/new; mv ${folder}/new ${folder}/told-${program}\n`);
    await chmod(join(folder, program), 0o755);
  }
  const host = join(daemon.dir, 'elsewhere.xml');
  await writeFile(
    host,
    `<node><domain type="test"><name>elsewhere</name><memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os><devices>
      <graphics type="rdp" port="3389" autoport="no"><listen type="address" address="127.0.0.1"/></graphics>
      <graphics type="spice"><listen type="none"/><gl enable="yes"/></graphics>
    </devices></domain></node>`,
  );
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  running = await startApp({ uri: `test+unix://${host}?socket=${daemon.socket}`, env });
  running.page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running.stop();
  await daemon.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a remote desktop opens in the program for it, and a display with OpenGL says what shows it', async () => {
  const { page } = running;
  await page.getByRole('link', { name: 'elsewhere', exact: true }).click();
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.getByRole('heading', { name: 'Remote desktop (RDP)' }).waitFor();
  await page.getByRole('button', { name: 'Open in Connections' }).waitFor();
  await page.screenshot({ path: `${pictures}/rdp.png` });
  await page.getByRole('button', { name: 'Open in Connections' }).click();
  const told = (program: string) => readFile(join(folder, `told-${program}`), 'utf8').catch(() => '');
  await expect.poll(() => told('gnome-connections'), patience).toBe('rdp://127.0.0.1:3389\n');
  await page.getByRole('button', { name: 'SPICE display with OpenGL' }).click();
  await page.getByText(/EGL \(headless\)/).waitFor();
  await page.screenshot({ path: `${pictures}/opengl.png` });
  await expect.poll(() => page.getByRole('textbox', { name: 'Command' }).inputValue(), patience).toContain('virt-viewer --attach');
  await page.getByRole('button', { name: 'Open in virt-viewer' }).click();
  await expect.poll(() => told('virt-viewer'), patience).toMatch(/^--attach --connect test.* -- elsewhere\n$/);
});
