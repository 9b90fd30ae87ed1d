import { expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { Questions } from './questions.ts';
import { WebApprovals } from './web-approvals.ts';

function approvals(answer: ConfirmationAnswer) {
  const confirm = vi.fn<(window: number, question: Confirmation) => Promise<ConfirmationAnswer>>(async () => answer);
  const agreeToPrivate = vi.fn<(hostname: string) => void>();
  const sources = {
    knowsWebOrigin: async (origin: string) => ['https://dl.example.org', 'https://mirror.corp'].includes(origin),
    webPlace: async ({ hostname }: URL) => (hostname.endsWith('.corp') ? ('near' as const) : ('far' as const)),
    agreeToPrivate,
  };
  return { confirm, agreeToPrivate, approvals: new WebApprovals(new Questions(confirm), sources) };
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

test('what a window wants of one server at the same time is one question', async () => {
  const { confirm, approvals: asked } = approvals({ kind: 'confirmed', ticked: [] });
  await Promise.all(['a.iso', 'SHA256SUMS', 'a.iso'].map(async (file) => asked.require(1, `https://other.example.org/${file}`)));
  expect(confirm).toHaveBeenCalledTimes(1);
  const refused = approvals({ kind: 'cancelled' });
  const [size, sum] = await Promise.allSettled(
    ['size', 'sum'].map(async (file) => refused.approvals.require(1, `https://other.example.org/${file}`)),
  );
  expect([size, sum]).toMatchObject([{ reason: { code: 'cancelled' } }, { reason: { code: 'cancelled' } }]);
  expect(refused.confirm).toHaveBeenCalledTimes(1);
});

test('a server that is known with encryption is not known without', async () => {
  const { confirm, approvals: asked } = approvals({ kind: 'confirmed', ticked: [] });
  await asked.require(1, 'http://dl.example.org/a.iso');
  expect(confirm.mock.calls[0]?.[1].message).toEqual([
    'http://dl.example.org will be asked for files. It is not one of the servers that osinfo-db knows.',
  ]);
});

test('one of a private network is asked about whoever knows it, and said to be one', async () => {
  const { confirm, agreeToPrivate, approvals: asked } = approvals({ kind: 'confirmed', ticked: [] });
  await asked.require(1, 'https://mirror.corp/a.iso');
  expect(confirm.mock.calls[0]?.[1].message).toEqual([
    'https://mirror.corp will be asked for files. It is a computer of a private network, such as your own or your company’s.',
  ]);
  expect(agreeToPrivate).toHaveBeenCalledWith('mirror.corp');
  const refused = approvals({ kind: 'cancelled' });
  await expect(refused.approvals.require(1, 'https://mirror.corp/a.iso')).rejects.toMatchObject({ code: 'cancelled' });
  expect(refused.agreeToPrivate).not.toHaveBeenCalled();
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
