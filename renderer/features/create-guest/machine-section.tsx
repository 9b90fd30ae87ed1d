import { Checkbox, ExpandableSection, FormSelect, FormSelectOption, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import { type CpuMode, Firmware, type Graphics, type MachineWish } from '#model/guest-spec';
import { readableText } from '../../ui/foreign-text.tsx';
import type { Fields } from './draft.ts';
import { DriversField } from './drivers-field.tsx';
import { Field } from './field.tsx';
import { cpuWords, firmwareWords, graphicsWords, runsOn } from './machine-words.ts';
import { about, type StepProps } from './step-props.ts';

const machineFields: readonly (keyof Fields)[] = ['machine', 'firmware', 'tpm', 'cpu', 'graphics', 'drivers'];

/** Which machine the guest is. It is folded: the system and the host decide it well, and who wants it otherwise unfolds it. */
export function MachineSection(props: StepProps) {
  const { offer, draft, fields, objections } = props;
  const touched =
    machineFields.some((field) => field in draft.edits) || objections.some(({ field }) => field === 'firmware' || field === 'machine');
  const [open, setOpen] = useState(touched);
  return (
    <ExpandableSection
      toggleId="machine"
      toggleText={`Machine: ${[runsOn(fields.machine ?? offer.machine), fields.firmware && firmwareWords[fields.firmware], fields.tpm && 'TPM 2.0'].filter(Boolean).join(', ')}`}
      isExpanded={open}
      onToggle={(_event, next) => setOpen(next)}
      isIndented
    >
      <div className="gh-create__folded">
        <MachineFields {...props} />
      </div>
    </ExpandableSection>
  );
}

const idOf = ({ type, abi, arch }: Pick<MachineWish, 'type' | 'abi' | 'arch'>): string => [type, abi, arch].join('/');

export function MachineFields(props: StepProps) {
  const { offer, draft, fields, objections, onEdit, onDraft, onMend } = props;
  const now = fields.machine ?? offer.machine;
  const choices = offer.machines.filter(({ type }) => type !== 'lxc');
  const choice = choices.find((one) => idOf(one) === idOf(now));
  // What another machine can have is for the host to say anew.
  const change = (machine: MachineWish): void => {
    const kept = Object.entries(draft.edits).filter(([field]) => !machineFields.some((one) => one === field));
    onDraft({ edits: { ...Object.fromEntries(kept), machine } });
  };
  return (
    <>
      <Field id="runs-on" label="Runs on" objections={about(objections, 'machine')} onMend={onMend}>
        <FormSelect
          id="runs-on"
          value={idOf(now)}
          aria-describedby="runs-on-help"
          onChange={(_event, id) => {
            const picked = choices.find((one) => idOf(one) === id);
            if (picked !== undefined) change({ type: picked.type, abi: picked.abi, arch: picked.arch, machine: null });
          }}
        >
          {choices.map((one) => (
            <FormSelectOption key={idOf(one)} value={idOf(one)} label={readableText(runsOn(one))} />
          ))}
        </FormSelect>
      </Field>
      <Field id="machine-type" label="Machine type">
        <FormSelect
          id="machine-type"
          value={fields.machine?.machine ?? ''}
          aria-describedby="machine-type-help"
          onChange={(_event, machine) => change({ ...now, machine: machine === '' ? null : machine })}
        >
          <FormSelectOption value="" label="The usual one" />
          {(choice?.machines ?? []).map((machine) => (
            <FormSelectOption key={machine} value={machine} label={readableText(machine)} />
          ))}
        </FormSelect>
      </Field>
      <FirmwareField {...props} />
      <Field id="cpu" label="Processor">
        <FormSelect
          id="cpu"
          value={fields.cpu ?? ''}
          aria-describedby="cpu-help"
          onChange={(_event, mode) => onEdit({ cpu: offer.cpuModes.find((one): one is CpuMode => one === mode) ?? null })}
        >
          <FormSelectOption value="" label="The best that the host has" />
          {offer.cpuModes.map((mode) => (
            <FormSelectOption key={mode} value={mode} label={cpuWords[mode]} />
          ))}
        </FormSelect>
      </Field>
      <Field id="graphics" label="Screen">
        <FormSelect
          id="graphics"
          value={fields.graphics ?? ''}
          aria-describedby="graphics-help"
          onChange={(_event, kind) => onEdit({ graphics: offer.graphics.find((one): one is Graphics => one === kind) ?? null })}
        >
          <FormSelectOption value="" label="The best that the host has" />
          {offer.graphics.map((kind) => (
            <FormSelectOption key={kind} value={kind} label={graphicsWords[kind]} />
          ))}
        </FormSelect>
      </Field>
      <DriversField {...props} />
      <Checkbox id="start" label="Start it when it is made" isChecked={fields.start} onChange={(_event, start) => onEdit({ start })} />
    </>
  );
}

function FirmwareField({ offer, fields, objections, onEdit, onMend }: StepProps) {
  return (
    <>
      <Field id="firmware" label="Firmware" role="radiogroup" objections={about(objections, 'firmware')} onMend={onMend}>
        {Firmware.options.map((value) => {
          const offered = offer.firmwares.includes(value);
          return (
            <Radio
              key={value}
              id={`firmware-${value}`}
              name="firmware"
              label={firmwareWords[value]}
              isChecked={fields.firmware === value}
              isDisabled={!offered}
              {...(!offered && { description: 'This host does not have it for this machine.' })}
              onChange={() => onEdit({ firmware: value })}
            />
          );
        })}
      </Field>
      <Checkbox
        id="tpm"
        label="TPM 2.0"
        description={
          offer.tpm
            ? 'Emulated by the host: keeps keys for the guest, which Windows 11 asks for.'
            : 'The host cannot emulate one: install swtpm there.'
        }
        isChecked={fields.tpm}
        isDisabled={!offer.tpm && !fields.tpm}
        onChange={(_event, tpm) => onEdit({ tpm })}
      />
    </>
  );
}
