import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import type { RunningApp } from './launch.ts';

/** A loaded machine takes its time for each step. */
const PATIENCE_MS = 60_000;

/** The wizard in the real window, as a person uses it. */
export class Wizard {
  readonly page: Page;
  readonly #running: RunningApp;
  readonly #host: string;
  #made = 0;

  /** `host`: its id, in the addresses of pages. */
  constructor(running: RunningApp, host = 'local') {
    this.page = running.page;
    this.#running = running;
    this.#host = host;
    this.page.setDefaultTimeout(PATIENCE_MS);
  }

  main = () => this.page.getByRole('main');
  press = async (name: string) => this.main().getByRole('button', { name, exact: true }).click();

  /** A wizard that knows nothing of the one before, whatever became of that. */
  async begin(road: string): Promise<void> {
    const open = async () => this.page.evaluate((host) => (window.location.hash = `#/hosts/${host}/create`), this.#host);
    await open();
    // By the keyboard: what was told of a guest that ended may lie over it.
    await this.main().getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
    await this.page.getByRole('link', { name: 'All guests' }).waitFor();
    await open();
    await this.page.getByRole('heading', { level: 2, name: 'Begin with' }).waitFor();
    // By the keyboard: the cards' labels lie over what is written on them.
    await this.page.getByRole('radio', { name: road, exact: true }).press('Space');
  }

  /** A name that no try before this one has taken. */
  fresh(name: string): string {
    this.#made += 1;
    return `${name}-${this.#made}`;
  }

  /** The next file dialog answers this. */
  async chooses(path: string): Promise<void> {
    await this.#running.app.evaluate(({ dialog }, chosen) => {
      Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: [chosen] }));
    }, path);
  }

  /** Does what makes main ask in its own window, and answers there with that button when it says so. `look`: at that window, before. */
  async agree(ask: () => Promise<unknown>, said: string | RegExp, button: string, look = async (_question: Page) => {}): Promise<void> {
    const asked = this.#running.app.waitForEvent('window', { timeout: PATIENCE_MS });
    await ask();
    const question = await asked;
    await question.getByText(said).first().waitFor({ timeout: PATIENCE_MS });
    await look(question);
    const closed = question.waitForEvent('close', { timeout: PATIENCE_MS });
    // The window closes before the click returns.
    await question.getByRole('button', { name: button, exact: true }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
    await closed;
  }

  /** Begins with that volume as the guest's disk. */
  async beginWithVolume(name: string): Promise<void> {
    await this.begin('Existing disk');
    await this.page.getByRole('radio', { name: 'In a pool of the host', exact: true }).press('Space');
    await this.main().getByRole('textbox', { name: 'Search for the disk' }).fill(name);
    await this.main()
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name, exact: true }) })
      .click();
  }

  /** From the step that comes first on to the review, with a guest that is small. */
  async toReview(name: string, memory = '64'): Promise<void> {
    await this.page.getByRole('button', { name: /^Name and resources/ }).click();
    await this.page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.page.getByRole('textbox', { name: 'Memory', exact: true }).fill(memory);
    await this.page.getByRole('combobox', { name: 'Unit of memory' }).selectOption('MiB');
    await this.page.getByRole('textbox', { name: 'Virtual CPUs' }).fill('1');
    await this.press('Review and create');
  }

  /** Of the new disk, or of the copy, in MiB; in the step of that name. */
  async sizeDisk(mebibytes: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Disk', exact: true }).click();
    await this.page.getByRole('textbox', { name: 'Size', exact: true }).fill(mebibytes);
    await this.page.getByRole('combobox', { name: 'Unit of size' }).selectOption('MiB');
  }

  /** Presses Create and waits for the page of the guest; its definition, while it runs. */
  async create(name: string, daemon: Pick<PrivateLibvirtd, 'virsh'>): Promise<string> {
    await this.press('Create');
    return this.made(name, daemon);
  }

  async made(name: string, daemon: Pick<PrivateLibvirtd, 'virsh'>): Promise<string> {
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    expect(await daemon.virsh('domstate', name)).toContain('running');
    return daemon.virsh('dumpxml', name);
  }
}

/** A network that guests can be on, in a daemon that has a network of its own. */
export async function startNetwork(daemon: PrivateLibvirtd): Promise<void> {
  const file = join(daemon.dir, 'network.xml');
  await writeFile(
    file,
    `<network><name>default</name><forward mode='nat'/><bridge name='virbr0' stp='off'/>
    <ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.99'/></dhcp></ip></network>`,
  );
  await daemon.virsh('net-define', file);
  await daemon.virsh('net-start', 'default');
}
