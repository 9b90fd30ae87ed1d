import { DropdownList, Label, MenuItem } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import type { HostId } from '#model/host';
import type { Volume } from '#model/storage';
import type { Task } from '#model/task';
import { changePermission } from '../../data/change-permission.ts';
import { useHost } from '../../data/queries.ts';
import { downloadVolume, overwriteVolume } from '../../data/volume-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { formatShare } from '../../ui/quantity.ts';

/** What goes on with the volume at the moment. */
export function VolumeBadge({ task }: { readonly task: Task | undefined }) {
  if (task?.state.kind !== 'running') return null;
  const { progress } = task.state;
  return (
    <Label isCompact color="blue" className="gh-volume-badge">
      {task.title.split(' ')[0]}
      {progress !== null && ` ${formatShare(progress)}`}
    </Label>
  );
}

/** What can be done with a volume; nothing while it is being moved. */
export function VolumeMenu({ host, volume, busy }: { readonly host: HostId; readonly volume: Volume; readonly busy: boolean }) {
  const ref = { pool: volume.pool, name: volume.name };
  const permission = changePermission(useHost(host));
  const able = permission.allowed && !busy;
  const reason = permission.allowed ? {} : { tooltipProps: { content: permission.why, position: 'left' as const } };
  return (
    <MenuButton label={`Actions for ${readableText(volume.name)}`} variant="plain" icon={<EllipsisVIcon />}>
      <DropdownList>
        <MenuItem itemId="download" isAriaDisabled={!able} {...reason} onClick={() => able && void downloadVolume(host, ref)}>
          Download…
        </MenuItem>
        <MenuItem
          itemId="overwrite"
          isDanger={able}
          isAriaDisabled={!able}
          {...reason}
          onClick={() => able && void overwriteVolume(host, ref)}
        >
          Overwrite from file…
        </MenuItem>
      </DropdownList>
    </MenuButton>
  );
}
