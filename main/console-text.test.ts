import { expect, test, vi } from 'vitest';
import { plainGuest } from '../backends/fake/seed.ts';
import { saveConsoleText } from './console-text.ts';

const { guest } = plainGuest(0);
const wish = { guest: { host: 'local', id: guest.id }, text: 'é 你好\n' };
const named = (name: string) => ({ guest: () => ({ ...guest, name }) });

test('the text is saved in UTF-8, under a name that leads nowhere else', async () => {
  const save = vi.fn(async () => undefined);
  const chooseSave = vi.fn(async (_window: number, name: string) => ({ path: `/home/ada/${name}`, replaces: null }));
  expect(await saveConsoleText(named('../.ssh/\u202eweb'), { chooseSave, save }, 7, wish)).toBe(true);
  expect(chooseSave).toHaveBeenCalledWith(7, '_.ssh__web.txt');
  expect(save).toHaveBeenCalledWith({ path: '/home/ada/_.ssh__web.txt', replaces: null }, new TextEncoder().encode('é 你好\n'));
});

test('nothing is saved where the person chose no place', async () => {
  const save = vi.fn(async () => undefined);
  expect(await saveConsoleText(named('web'), { chooseSave: async () => null, save }, 1, wish)).toBe(false);
  expect(save).not.toHaveBeenCalled();
});
