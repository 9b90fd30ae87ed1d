import { expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { Questions } from './questions.ts';
import { WebApprovals } from './web-approvals.ts';

function approvals(answer: ConfirmationAnswer) {
  const confirm = vi.fn<(window: number, question: Confirmation) => Promise<ConfirmationAnswer>>(async () => answer);
  return { confirm, approvals: new WebApprovals(new Questions(confirm), { knowsWebHost: async (host) => host === 'dl.example.org' }) };
}

test('asks once a run for each server, and not for those of osinfo-db', async () => {
  const { confirm, approvals: asked } = approvals({ kind: 'confirmed', ticked: [] });
  await asked.require(1, 'https://dl.example.org/a.iso');
  expect(confirm).not.toHaveBeenCalled();
  await asked.require(1, 'https://other.example.org/a.iso');
  await asked.require(1, 'https://other.example.org/b.iso');
  expect(confirm).toHaveBeenCalledTimes(1);
  expect(confirm.mock.calls[0]?.[1].details).toEqual([{ label: 'Address', value: 'https://other.example.org/a.iso', exact: false }]);
  await asked.require(1, 'http://other.example.org/b.iso');
  expect(confirm).toHaveBeenCalledTimes(2);
});

test('no is no, and asked again', async () => {
  const { confirm, approvals: asked } = approvals({ kind: 'cancelled' });
  for (let times = 1; times <= 2; times += 1) {
    await expect(asked.require(1, 'https://other.example.org/')).rejects.toMatchObject({ code: 'cancelled' });
    expect(confirm).toHaveBeenCalledTimes(times);
  }
});

test.each(['file:///etc/passwd', 'ftp://dl.example.org/', 'https://ada:secret@dl.example.org/', 'nonsense'])('never %s', async (url) => {
  const { confirm, approvals: asked } = approvals({ kind: 'confirmed', ticked: [] });
  await expect(asked.require(1, url)).rejects.toMatchObject({ code: 'bad-uri' });
  expect(confirm).not.toHaveBeenCalled();
});
