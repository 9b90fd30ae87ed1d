import { descendants, type XmlElement } from '../xml/document.ts';

/** What the device takes its bytes from on the host, as written: files, devices, volumes. */
export function sourcesOf(device: XmlElement): ReadonlySet<string> {
  return new Set(descendants(device, 'source').flatMap((source) => [...source.attributes.values()]));
}

/** Whether a definition names one of them, for a disk or for the copy of one. Before something is deleted from under a guest. */
export function namesAny(domain: XmlElement, sources: ReadonlySet<string>): boolean {
  return [...sourcesOf(domain)].some((source) => sources.has(source));
}
