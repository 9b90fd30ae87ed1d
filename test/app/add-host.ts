import type { Page } from 'playwright-core';

interface NewHost {
  /** Of the ssh server on this computer. */
  readonly port: string;
  /** What it is to be called here. */
  readonly name: string;
  /** As the form has it. */
  readonly hypervisor?: 'qemu' | 'xen' | 'lxc';
}

/** Adds a host by ssh as root, as a person does, and waits until its page says what it is; resolves to its id in the addresses of pages. */
export async function addHostBySsh(page: Page, { port, name, hypervisor = 'qemu' }: NewHost, says: string): Promise<string> {
  await page.evaluate(() => (window.location.hash = '#/hosts/add'));
  await page.getByRole('radio', { name: 'Another computer, by ssh' }).check();
  await page.getByRole('combobox', { name: 'Hypervisor' }).selectOption(hypervisor);
  await page.getByRole('textbox', { name: 'Host', exact: true }).fill('127.0.0.1');
  await page.getByRole('textbox', { name: 'User', exact: true }).fill('root');
  await page.getByRole('textbox', { name: 'Port', exact: true }).fill(port);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Add and connect' }).click();
  await page.getByRole('main').getByText(says, { exact: true }).waitFor();
  return /hosts\/([^/]+)/.exec(page.url())?.[1] ?? '';
}
