import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { xml } from '@codemirror/lang-xml';
import { MergeView } from '@codemirror/merge';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { codeLabel } from './code-label.ts';
import { codeLook } from './code-look.ts';

interface Side {
  readonly label: string;
  readonly text: string;
}

interface CodeComparisonProps {
  readonly before: Side;
  readonly after: Side;
  /** With it, the text after can be edited, and each difference be taken over from before. Both texts are read once. */
  readonly onChange?: (text: string) => void;
}

/** Two XML documents side by side, what differs marked; long stretches that do not are folded. */
export function CodeComparison({ before, after, onChange }: CodeComparisonProps) {
  const place = useRef<HTMLDivElement>(null);
  const first = useRef({ before, after, editable: onChange !== undefined });
  const called = useRef(onChange);
  useEffect(() => {
    called.current = onChange;
  }, [onChange]);

  useEffect(() => {
    if (place.current === null) return undefined;
    const { before: a, after: b, editable } = first.current;
    const changed = EditorView.updateListener.of((update) => {
      if (update.docChanged) called.current?.(update.state.doc.toString());
    });
    const view = new MergeView({
      parent: place.current,
      a: { doc: a.text, extensions: [common(a.label), EditorState.readOnly.of(true)] },
      b: { doc: b.text, extensions: [common(b.label), EditorState.readOnly.of(!editable), changed] },
      collapseUnchanged: { margin: 3, minSize: 6 },
      ...(editable && { revertControls: 'a-to-b' as const, renderRevertControl: takeButton }),
    });
    return () => view.destroy();
  }, []);

  return (
    <div className="gh-comparison" dir="ltr">
      <div className="gh-comparison__heads" aria-hidden>
        <span>{before.label}</span>
        <span>{after.label}</span>
      </div>
      <div ref={place} className="gh-comparison__texts" />
    </div>
  );
}

const common = (label: string): Extension => [
  lineNumbers(),
  history(),
  search({ top: true }),
  EditorView.lineWrapping,
  xml({ autoCloseTags: false }),
  codeLook,
  keymap.of([...searchKeymap, ...defaultKeymap, ...historyKeymap]),
  codeLabel(label),
];

function takeButton(): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = '→';
  button.title = 'Take this over';
  button.setAttribute('aria-label', 'Take this difference over');
  return button;
}
