import { createContext, type ReactNode } from 'react';
import type { HostId } from '#model/host';

interface DefinitionFormProps {
  readonly host: HostId;
  readonly definition: string;
  onChange(definition: string): void;
}

/** The forms of a guest's hardware, over a definition. They are another feature's: who puts the pages together gives them to the wizard. */
export type DefinitionForm = (props: DefinitionFormProps) => ReactNode;
export const DefinitionFormContext = createContext<DefinitionForm | null>(null);
