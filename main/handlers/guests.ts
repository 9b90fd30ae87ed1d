import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { guestActions } from '#model/guest-action';
import { facetOf } from '../facet.ts';
import type { GuestDeleter } from '../guest-deleter.ts';
import type { GuestMaker } from '../guest-maker.ts';
import { ownGuest } from '../own-guests.ts';
import { permittedGuest } from '../permitted-guest.ts';
import type { Questions } from '../questions.ts';
import { actionQuestion } from '../questions.ts';
import type { Registry } from '../registry.ts';
import type { Sampler } from '../sampler.ts';
import type { Screenshots } from '../screenshots.ts';
import type { ConsoleWindows } from '../surroundings.ts';
import type { Tasks } from '../tasks.ts';

interface GuestServices {
  readonly registry: Registry;
  readonly sampler: Sampler;
  readonly tasks: Tasks;
  readonly questions: Questions;
  readonly deleter: GuestDeleter;
  readonly maker: GuestMaker;
  readonly screenshots: Screenshots;
  readonly consoleWindows: ConsoleWindows;
}

export const guestHandlers = ({
  registry,
  sampler,
  tasks,
  questions,
  deleter,
  maker,
  screenshots,
  consoleWindows,
}: GuestServices): Handlers<AppContract>['guests'] => ({
  list: async ({ host }, caller) => {
    const own = consoleWindows.own(caller);
    const { seq, guests } = registry.snapshot(host);
    return { seq, guests: own === null ? guests : guests.filter(({ id }) => own.holds({ host, id })) };
  },
  describe: async (ref, caller) => {
    ownGuest(consoleWindows, caller, ref);
    return registry.connection(ref.host).describeGuest(ref.id);
  },
  definition: async ({ host, id }) => registry.connection(host).guestDefinition(id),
  screenshot: async (ref) => screenshots.take(ref),
  saveScreenshot: async (ref, { window }) => screenshots.save(window, ref),

  act: async ({ guest: ref, action }, caller) => {
    ownGuest(consoleWindows, caller, ref);
    const { window } = caller;
    const { saved, connection } = registry.reached(ref.host);
    const asked = permittedGuest(registry, ref, action);
    if (guestActions[action].confirmed === true) await questions.insist(window, actionQuestion(asked, action), { host: saved });
    // The person may have thought about it for an hour.
    const guest = permittedGuest(registry, ref, action);
    const { label, long = false } = guestActions[action];
    const job = { title: `${label} “${guest.name}”`, host: ref.host, guest: ref.id, cancellable: long };
    const command = connection.commandFor(guest, action);
    await tasks.run({ ...job, command }, async (operation) => connection.act(ref.id, action, operation)).result;
  },
  delete: async (ref, { window }) => ({ task: await deleter.delete(window, ref) }),

  offer: async ({ host, machine = null }) => facetOf(registry.connection(host), 'creation').offer(machine),
  drives: async ({ host }) => facetOf(registry.connection(host), 'creation').drives(),
  check: async ({ host, spec }, { window }) => maker.check(window, host, spec),
  preview: async ({ host, spec }, { window }) => maker.preview(window, host, spec),
  mend: async ({ host, spec, mend }, { window }) => maker.mend(window, host, spec, mend),
  create: async (wish, { window }) => maker.create(window, wish),

  watch: async ({ watches }, { window }) => sampler.watch(window, watches),
  history: async (ref) => {
    registry.link(ref.host);
    return sampler.history(ref);
  },
});
