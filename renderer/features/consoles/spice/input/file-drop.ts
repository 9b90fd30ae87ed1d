const MARK = 'gh-spice--takes-files';

interface FileDropOptions {
  readonly element: HTMLElement;
  /** Whether the guest would take files now. */
  readonly isWelcome: () => boolean;
  readonly dropped: (files: readonly File[]) => void;
}

/** Files that are dropped on `element`. Returns its end. */
export function onFileDrop({ element, isWelcome, dropped }: FileDropOptions): () => void {
  const over = new AbortController();
  const { signal } = over;
  const carriesFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;
  const mark = (isOn: boolean): void => void element.classList.toggle(MARK, isOn);
  element.addEventListener(
    'dragover',
    (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = isWelcome() ? 'copy' : 'none';
      mark(isWelcome());
    },
    { signal },
  );
  element.addEventListener('dragleave', () => mark(false), { signal });
  element.addEventListener(
    'drop',
    (event) => {
      mark(false);
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0 && isWelcome()) dropped(files);
    },
    { signal },
  );
  return () => over.abort();
}
