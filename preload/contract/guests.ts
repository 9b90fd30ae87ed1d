import { z } from 'zod';
import { CreationOffer, guestLimits, GuestPreview, GuestSpec, MachineWish, Mend, Objection } from '#model/guest-spec';
import { Guest, GuestChange, GuestDetails, GuestId, GuestNotice, GuestRef } from '#model/guest';
import { GuestAction } from '#model/guest-action';
import { GuestPicture } from '#model/guest-picture';
import { HostId } from '#model/host';
import { HostDrive } from '#model/host-drive';
import { GuestSample, Measure } from '#model/sample';
import { call, event, eventInPart } from './define.ts';

const OnHost = z.strictObject({ host: HostId });
/** Chosen by the window for each wish of the person: a repeated call with the same id does nothing a second time. */
const OperationId = z.uuid();
/** A guest to be made; files of this computer are tokens in it, each for one use. */
const Wish = z.strictObject({ host: HostId, spec: GuestSpec });

/** Without it all of them. */
const measures = z.array(Measure).max(Measure.options.length).optional();

/** What a window shows and so wants sampled: the load of hosts, whole lists, single guests. */
export const Watch = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('load'), host: HostId }),
  z.strictObject({ kind: z.literal('list'), host: HostId, measures }),
  z.strictObject({ kind: z.literal('guest'), host: HostId, id: GuestId, measures }),
]);
export type Watch = z.infer<typeof Watch>;

export const guests = {
  /** The list as of change number `seq`; `changed` events with a lower or equal number are already in it. A console window has its own in it. */
  list: call(OnHost, z.strictObject({ seq: z.number().int().nonnegative(), guests: z.array(Guest) }), 'app', 'console'),
  describe: call(GuestRef, GuestDetails, 'app', 'console'),
  definition: call(GuestRef, z.string()),
  /** The same picture to all who ask within a second. */
  screenshot: call(GuestRef, GuestPicture),
  /** Main asks where to; false: the person chose no place. */
  saveScreenshot: call(GuestRef, z.boolean()),
  /** Resolves when the host took it; where work may be lost main asks first ('cancelled' when the person says no). */
  act: call(z.strictObject({ guest: GuestRef, action: GuestAction }), z.void(), 'app', 'console'),
  /** Main plans, asks in a window of its own which disks go, and deletes as a task; resolves once answered. */
  delete: call(GuestRef, z.strictObject({ task: z.string().nullable() })),
  /** About the best machine of the host, or about `machine`. */
  offer: call(z.strictObject({ host: HostId, machine: MachineWish.nullable().optional() }), CreationOffer),
  /** Drives and disks of the host itself that a guest can begin with, each with why it cannot be had now. */
  drives: call(OnHost, z.array(HostDrive)),
  check: call(Wish, z.array(Objection)),
  /** The definition before anything exists. Given to `create`, changed by the person, it is taken as it is. */
  preview: call(Wish, GuestPreview),
  /** Carries out what an objection of this very wish offers; main asks where it changes rights. 'copy' is the page's own to do. */
  mend: call(Wish.extend({ mend: Mend }), z.void()),
  /** Starts the task that makes it; its id is `operation`. */
  create: call(Wish.extend({ operation: OperationId, definition: z.string().max(guestLimits.definitionMax).optional() }), z.void()),
  /** Replaces all that this window watched before. Nothing is sampled that no window watches. */
  watch: call(z.strictObject({ watches: z.array(Watch).max(256) }), z.void()),
  /** The last minutes of one guest, oldest first. */
  history: call(GuestRef, z.array(GuestSample)),
  changed: eventInPart(z.strictObject({ host: HostId, seq: z.number().int().nonnegative(), change: GuestChange }), (news, own) => {
    const { host, change } = news;
    return own.holds({ host, id: change.kind === 'removed' ? change.id : change.guest.id }) ? news : null;
  }),
  /** The whole list was read anew (after a reconnect): what was known of it is void. */
  relisted: eventInPart(OnHost, (news, own) => (own.reaches(news.host) ? news : null)),
  sampled: event(z.strictObject({ host: HostId, samples: z.array(GuestSample) })),
  /** Told once to every window, and kept nowhere. */
  noticed: event(z.strictObject({ host: HostId, notice: GuestNotice })),
};
