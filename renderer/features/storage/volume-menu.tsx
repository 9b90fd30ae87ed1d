import { Divider, MenuItem } from '@patternfly/react-core';
import { useLocation } from 'wouter';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { changePermission } from '../../data/change-permission.ts';
import { paths } from '../../data/paths.ts';
import { useHost } from '../../data/queries.ts';
import { downloadVolume, overwriteVolume } from '../../data/volume-verbs.ts';
import { ContextMenu, type MenuPlace } from '../../ui/context-menu.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { hasSnapshots } from './volume-draft.ts';
import { canVolume, type VolumeVerb } from './volume-permission.ts';
import type { VolumeRow } from './volume-row.ts';

/** Those that a dialog asks about first. */
export type VolumeDialogVerb = Extract<VolumeVerb, 'resize' | 'clone' | 'overlay' | 'wipe'>;

interface VolumeMenuProps {
  readonly host: HostId;
  readonly pool: Pool;
  readonly row: VolumeRow;
  readonly place: MenuPlace;
  onOpen(): void;
  onDelete(): void;
  onDialog(verb: VolumeDialogVerb): void;
  onClose(): void;
}

/** Everything that can be done with a volume; what cannot be done now says why. */
export function VolumeMenu({ host, pool, row, place, onOpen, onDelete, onDialog, onClose }: VolumeMenuProps) {
  const [, navigate] = useLocation();
  const permission = changePermission(useHost(host));
  const { volume } = row;
  const ref = { pool: volume.pool, name: volume.name };
  const item = (verb: VolumeVerb, words: string, act: () => void, danger = false) => {
    const can = canVolume(row, verb, pool, permission);
    return (
      <MenuItem
        itemId={verb}
        isDanger={danger && can.allowed}
        isAriaDisabled={!can.allowed}
        {...(!can.allowed && { tooltipProps: { content: can.why, position: 'left' as const } })}
        onClick={() => can.allowed && act()}
      >
        {words}
      </MenuItem>
    );
  };
  return (
    <ContextMenu label={`Actions for ${readableText(volume.name)}`} place={place} onClose={onClose}>
      <MenuItem itemId="open" onClick={onOpen}>
        Show details
      </MenuItem>
      <MenuItem itemId="copy" onClick={() => void navigator.clipboard.writeText(volume.path)}>
        Copy path
      </MenuItem>
      <MenuItem itemId="xml" onClick={() => navigate(paths.volumeXml(host, volume.pool, volume.name))}>
        Show XML
      </MenuItem>
      <Divider component="li" />
      {item('resize', 'Resize…', () => onDialog('resize'))}
      {item('clone', 'Clone…', () => onDialog('clone'))}
      {item('overlay', hasSnapshots(pool) ? 'New snapshot of it…' : 'New volume on top of it…', () => onDialog('overlay'))}
      <Divider component="li" />
      {item('download', 'Download…', () => void downloadVolume(host, ref))}
      {item('overwrite', 'Overwrite from file…', () => void overwriteVolume(host, ref), true)}
      <Divider component="li" />
      {item('wipe', 'Wipe…', () => onDialog('wipe'), true)}
      {item('delete', 'Delete…', onDelete, true)}
    </ContextMenu>
  );
}
