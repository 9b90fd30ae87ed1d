import { setPasswordCommand } from '#model/container-login';
import { CopyButton } from '../../ui/copy-button.tsx';

interface WithoutPasswordProps {
  /** The system is put together from packages; else it comes out of an archive. */
  readonly isMade: boolean;
  /** Of the container. */
  readonly name: string;
}

/** What it means that root of a new container is given no password, and the way out. */
export function WithoutPassword({ isMade, name }: WithoutPasswordProps) {
  const command = setPasswordCommand(name);
  return (
    <>
      {isMade
        ? 'Nobody can log in yet: root has no password.'
        : 'As the archive has it. Most have no password for root, and then nobody can log in.'}{' '}
      Give root one here, or on the host while the container runs: <code className="gh-create__mono">{command}</code>{' '}
      <CopyButton text={command} label="Copy the command for a password" />
    </>
  );
}
