import { BackendError } from '../../errors.ts';
import { attribute, child, children, parseXml, textAt, type XmlElement } from '../xml/document.ts';
import type { GuestPlan } from './guest-plan.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const refused = (message: string, remedy: string) => new BackendError('invalid-definition', message, { remedy });

/**
 * A definition that a person changed: what a creation promises must be in it still. Its name, a uuid of its own, and every volume that is made
 * for it: one that no disk names would be made and forgotten. All else is theirs. Throws 'invalid-definition'.
 */
export function readOwnDefinition(source: string, name: string, plan: GuestPlan): { document: XmlElement; uuid: string } {
  const document = parsed(source);
  if (document.name !== 'domain') throw refused('This is no definition of a guest.', 'Begin again from the one that was proposed.');
  if (textAt(document, 'name') !== name) {
    throw refused(`The definition’s name is not “${name}”.`, 'Change the name among the fields, and the definition follows.');
  }
  const uuid = textAt(document, 'uuid');
  if (uuid === null || !UUID.test(uuid)) throw refused('The definition has no uuid.', 'Leave the uuid as it was proposed.');
  const sources = new Set(
    children(child(document, 'devices'), 'disk').flatMap((disk) => {
      const place = child(disk, 'source');
      return [attribute(place, 'file'), attribute(place, 'dev')].filter((path) => path !== null);
    }),
  );
  const kernels = [plan.kernel?.kernel, plan.kernel?.initrd];
  const lost = plan.volumes.find((volume) => !kernels.includes(volume) && !sources.has(volume.path));
  if (lost !== undefined) {
    throw refused(
      `The definition does not use ${lost.path} any more, which would be made for it.`,
      'Leave the disks where they were proposed, or remove the disk among the fields.',
    );
  }
  return { document, uuid };
}

function parsed(source: string): XmlElement {
  try {
    return parseXml(source);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw new BackendError('invalid-definition', `The definition is no XML that can be read. ${error.message}`, {
      remedy: 'Mend it, or begin again from the one that was proposed.',
      cause: error,
    });
  }
}
