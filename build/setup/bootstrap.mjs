import './node-version.mjs';
import { ensureDefaultNetwork } from './default-network.mjs';
import { electronRuntime } from './electron-runtime.mjs';
import { ensureKvmNode } from './kvm-node.mjs';
import { ensureLibvirtDaemon } from './libvirt-daemon.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { ensureOsPackages } from './os-packages.mjs';
import { SetupError, say } from './report.mjs';
import { ROOT } from './repository.mjs';

/**
 * Brings this computer to where the app, and with more groups its tests, can run. Does and
 * says nothing where all is there already.
 * Without libvirt the window still opens, and other hosts can be used: what fails of that is
 * told and not thrown.
 * @param {readonly import('./packages.mjs').Group[]} groups
 * @returns {Promise<boolean>} whether this computer's libvirt is ready
 */
export async function bootstrap(groups) {
  ensureOsPackages(groups);
  ensureNpmPackages(ROOT);
  await electronRuntime(ROOT);
  try {
    ensureKvmNode();
    await ensureLibvirtDaemon();
    ensureDefaultNetwork();
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return false;
  }
}
