import type { Locator, Page } from 'playwright-core';
import type { RunningApp } from './launch.ts';

/** A host's page of its storage in the real window, as a person uses it. */
export class StoragePage {
  readonly page: Page;
  readonly #host: string;

  /** `host`: its id, in the addresses of pages. */
  constructor({ page }: RunningApp, host = 'local') {
    this.page = page;
    this.#host = host;
  }

  main = () => this.page.getByRole('main');

  /** `pool`: one of a plain name; else the one that comes first. */
  async open(pool?: string): Promise<void> {
    const address = `#/hosts/${this.#host}/storage${pool === undefined ? '' : `/${pool}`}`;
    await this.page.evaluate((to) => (window.location.hash = to), address);
  }

  /** The form of a new pool of that kind, with these texts in its fields of those names. */
  async newPool(kind: string, fields: Readonly<Record<string, string>>): Promise<Locator> {
    await this.open();
    await this.main().getByRole('button', { name: 'New pool…' }).click();
    const form = this.page.getByRole('dialog');
    await form.getByRole('combobox', { name: 'Kind', exact: true }).selectOption({ label: kind });
    for (const [name, text] of Object.entries(fields)) await form.getByRole('textbox', { name, exact: true }).fill(text);
    return form;
  }

  volume(name: string): Locator {
    return this.main()
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name, exact: true }) });
  }

  /** One of the things that can be done with the volume; its menu stays open. */
  async item(volume: string, name: string): Promise<Locator> {
    await this.page.getByRole('button', { name: `Actions for ${volume}`, exact: true }).click();
    return this.page.getByRole('menuitem', { name });
  }
}
