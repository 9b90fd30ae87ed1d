import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { AddressWishes } from '../address-wishes.ts';
import type { HostEditor } from '../host-editor.ts';
import type { HostTrials } from '../host-trials.ts';
import { askIn } from '../login-questions.ts';
import type { Questions } from '../questions.ts';
import type { Registry } from '../registry.ts';
import type { Surroundings } from '../surroundings.ts';

interface HostServices {
  readonly registry: Registry;
  readonly editor: HostEditor;
  readonly trials: HostTrials;
  readonly wishes: AddressWishes;
  readonly questions: Questions;
  readonly surroundings: Surroundings;
}

export const hostHandlers = ({
  registry,
  editor,
  trials,
  wishes,
  questions,
  surroundings,
}: HostServices): Handlers<AppContract>['hosts'] => ({
  list: async (_, caller) => {
    const own = surroundings.consoleWindows.own(caller);
    return registry.hosts().filter(({ id }) => own?.reaches(id) ?? true);
  },
  connect: async ({ host }, { window }) => {
    const link = registry.link(host);
    link.connect(askIn(questions, window, () => link.saved));
  },
  disconnect: async ({ host }) => registry.link(host).disconnect(),
  test: async (trial, { window }) => trials.test(window, trial),
  stopTest: async (_, { window }) => trials.stop(window),
  add: async (wish, { window }) => editor.add(window, wish),
  change: async ({ host, wish }, { window }) => editor.change(window, host, wish),
  remove: async ({ host }, { window }) => editor.remove(window, host),
  chooseFile: async ({ what }, { window }) => {
    const file = await surroundings.chooseLoginFile(window, what);
    if (file === null) return null;
    return { token: wishes.issue(window, what, file.path), name: file.path.slice(file.path.lastIndexOf('/') + 1) };
  },
});
