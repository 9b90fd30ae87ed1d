import { useQueryClient } from '@tanstack/react-query';
import type { GuestDefinition } from '#model/definition';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { guestChangePermission } from '../../data/change-permission.ts';
import { paths } from '../../data/paths.ts';
import { useGuest, useHost } from '../../data/queries.ts';
import { editPermission, effectOf } from './effect.ts';
import { nextStartKey, useCommand } from './queries.ts';
import type { Subject } from './subject.ts';

/** A guest, as something that has a definition. */
export function useGuestSubject(guest: GuestRef): Subject {
  const known = useGuest(guest).data;
  const host = guestChangePermission(useHost(guest.host), known);
  const command = useCommand(guest).data;
  const client = useQueryClient();
  return {
    address: paths.guest(guest),
    guest,
    kind: 'domain',
    permission: editPermission(host, known),
    effect: effectOf(known),
    command: command ?? null,
    define: async (wish, operation) => {
      const outcome = await api.definitions.define({ guest, wish, operation });
      client.setQueryData<GuestDefinition>(nextStartKey(guest), outcome.now);
      return outcome;
    },
  };
}
