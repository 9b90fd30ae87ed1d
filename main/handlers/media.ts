import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { MediaTokens } from '../media-tokens.ts';
import type { Surroundings } from '../surroundings.ts';

export const mediaHandlers = (surroundings: Surroundings, tokens: MediaTokens): Handlers<AppContract>['media'] => ({
  choose: async (_, { window }) => {
    const file = await surroundings.chooseFile(window);
    if (file === null) return null;
    const media = await surroundings.media.read(file);
    return { token: tokens.issue(window, file), media };
  },
});
