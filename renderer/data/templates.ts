import { useQuery } from '@tanstack/react-query';
import type { GuestTemplate } from '#model/guest-template';
import { api } from '../api.ts';
import { templateKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

export const useTemplates = () => useQuery({ queryKey: templateKeys.list, queryFn: () => api.templates.list({}) });

const reread = () => queryClient.invalidateQueries({ queryKey: templateKeys.list });

/** Rejects with 'cancelled' where one of that name is to stay as it is. */
export async function saveTemplate(template: GuestTemplate): Promise<void> {
  await api.templates.save(template);
  await reread();
}

/** Rejects with 'cancelled' where it is to stay. */
export async function removeTemplate(name: string): Promise<void> {
  await api.templates.remove({ name });
  await reread();
}
