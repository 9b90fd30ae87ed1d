import { join } from 'node:path';
import { SetupError } from './report.mjs';
import { ROOT } from './repository.mjs';

/**
 * Builds the app unless the last build is of the same sources.
 * @returns {Promise<string>} the built app's folder
 */
export async function ensureAppBuild() {
  // Not loaded before the npm packages are there.
  const { bundle } = await import('../bundle.mjs');
  try {
    await bundle();
  } catch (error) {
    throw new SetupError('build the app', String(error), 'npm run build');
  }
  return join(ROOT, 'out/app');
}
