import { attribute, child, children, descendants, element, text, type XmlElement } from '../xml/document.ts';
import type { HardwareContext } from './hardware-context.ts';

/**
 * A guest with nothing of its own: what the host itself names as its emulators and firmware, which any guest is given. What a definition names
 * beyond it is what one would give away by defining it.
 */
export function commonGround({ domain, capabilities, hostCapabilities }: HardwareContext): XmlElement {
  const emulators = descendants(hostCapabilities, 'emulator').map(text);
  const loaders = children(child(child(capabilities, 'os'), 'loader'), 'value').map(text);
  const own = (name: string, paths: readonly string[]) => [...new Set(paths)].map((path) => element(name, {}, [path]));
  return element('domain', { type: attribute(domain, 'type') ?? '' }, [
    element('os', {}, own('loader', loaders)),
    element('devices', {}, own('emulator', emulators)),
  ]);
}
