/** Source: PCI Code and ID Assignment Specification, base classes; those that people look for by a narrower name have one. */
const classes: ReadonlyMap<string, string> = new Map([
  ['01', 'Storage controller'],
  ['0108', 'NVMe controller'],
  ['02', 'Network card'],
  ['03', 'Graphics card'],
  ['04', 'Sound or video'],
  ['0403', 'Sound card'],
  ['05', 'Memory'],
  ['06', 'Bridge'],
  ['07', 'Communication'],
  ['08', 'System part'],
  ['09', 'Input'],
  ['0b', 'Processor'],
  ['0c', 'Bus controller'],
  ['0c03', 'USB controller'],
  ['0d', 'Radio'],
  ['10', 'Encryption'],
  ['11', 'Signal processing'],
  ['12', 'Accelerator'],
]);

/** What kind of device the class code means; null where it says nothing. */
export const pciClass = (code: string | null): string | null =>
  code === null ? null : (classes.get(code.slice(0, 4)) ?? classes.get(code.slice(0, 2)) ?? null);
