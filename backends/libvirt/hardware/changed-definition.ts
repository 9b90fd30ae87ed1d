import type { HardwareChange } from '#model/hardware';
import type { Field, FieldProblem, FieldValues } from '#model/hardware-field';
import type { XmlElement } from '../xml/document.ts';
import type { DeviceKind, MachinePart } from './device-kind.ts';
import type { FoundDevice } from './found-device.ts';
import type { KeyedField } from './page-fields.ts';

/** What is said of the definition; actions are done, not said. */
export type DefinitionChange = Exclude<HardwareChange, { kind: 'act' }>;

interface Common {
  /** The definition as it is to be. */
  readonly domain: XmlElement;
  readonly problems: readonly FieldProblem[];
}

/** What a change comes to in the documents: everything that is needed to show it and to carry it out. */
export type ChangedDefinition = Common &
  (
    | {
        readonly sort: 'set';
        readonly kind: DeviceKind | MachinePart;
        readonly fields: readonly KeyedField[];
        /** Those of them that differ. */
        readonly changed: readonly KeyedField[];
        readonly from: FieldValues;
        readonly to: FieldValues;
        /** Null: a part of the machine, bound to the whole domain. */
        readonly device: FoundDevice | null;
      }
    | {
        readonly sort: 'add';
        readonly kind: DeviceKind;
        readonly fields: readonly KeyedField[];
        /** Fields of what is made for it. */
        readonly extra: readonly Field[];
        readonly values: FieldValues;
        readonly element: XmlElement;
        /** Paths that it names and that are made for it. */
        readonly made: ReadonlySet<string>;
      }
    | { readonly sort: 'remove'; readonly device: FoundDevice }
    | { readonly sort: 'rewrite'; readonly device: FoundDevice; readonly element: XmlElement }
    | {
        readonly sort: 'undo';
        /** What is different, device by device, in the order in which a running guest is told. */
        readonly steps: readonly StepBack[];
        /** The definition as it is to be, with its secrets and without. */
        readonly text: string;
        readonly open: string;
      }
  );

export type StepBack = Exclude<ChangedDefinition, { sort: 'undo' }>;
