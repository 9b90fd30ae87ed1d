import { xml } from '@codemirror/lang-xml';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { codeLabel } from './code-label.ts';
import { codeLook } from './code-look.ts';

interface DifferenceViewProps {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

const fitting = EditorView.theme({ '.cm-scroller': { maxBlockSize: '50vh' } });

/** What makes an XML document another, one below the other, to read; long stretches that are the same are folded. */
export function DifferenceView({ before, after, label }: DifferenceViewProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const view = new EditorView({
      parent: place.current,
      doc: after,
      extensions: [
        lineNumbers(),
        EditorView.lineWrapping,
        xml({ autoCloseTags: false }),
        codeLook,
        fitting,
        EditorState.readOnly.of(true),
        unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: { margin: 3, minSize: 6 } }),
        codeLabel(label),
      ],
    });
    return () => view.destroy();
  }, [before, after, label]);
  return <div ref={place} dir="ltr" />;
}
