import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { templateLimits } from '#model/guest-template';
import { BackendError } from '../../backends/errors.ts';
import type { Questions } from '../questions.ts';
import type { Surroundings } from '../surroundings.ts';

export const templateHandlers = (templates: Surroundings['templates'], questions: Questions): Handlers<AppContract>['templates'] => ({
  list: async () => [...(await templates.read())],
  save: async (template, { window }) => {
    const before = await templates.read();
    const taken = before.some(({ name }) => name === template.name);
    if (taken) await questions.insist(window, question('Replace', template.name));
    else if (before.length >= templateLimits.count) {
      throw new BackendError('busy', `There are ${templateLimits.count} templates already.`, { remedy: 'Delete one that is not needed.' });
    }
    await templates.change((old) =>
      [...old.filter(({ name }) => name !== template.name), template].sort((a, b) => a.name.localeCompare(b.name)),
    );
  },
  remove: async ({ name: gone }, { window }) => {
    await questions.insist(window, question('Delete', gone));
    await templates.change((old) => old.filter(({ name }) => name !== gone));
  },
});

const question = (verb: 'Replace' | 'Delete', name: string) => ({
  title: `${verb} the template “${name}”?`,
  message: ['What it says now is lost. Guests that were made from it stay as they are.'],
  choices: [],
  confirm: verb,
  danger: true,
});
