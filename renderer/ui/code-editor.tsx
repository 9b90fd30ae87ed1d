import { autocompletion, type CompletionSource, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { xml } from '@codemirror/lang-xml';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { type Diagnostic, forceLinting, linter, lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Text } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { codeLabel } from './code-label.ts';
import { codeLook } from './code-look.ts';

/** Something that is wrong with a text. Lines and columns begin with 1; a line that there is not is the last one. */
export interface CodeProblem {
  readonly line: number;
  /** Null: the whole line. */
  readonly column: number | null;
  readonly message: string;
  /** A warning may turn out to be none. */
  readonly severity: 'error' | 'warning';
}

interface CodeEditorProps {
  readonly language: 'xml' | 'yaml';
  /** Read once, as is all but what is called: from then on the editor has the text. Give another `key` to start anew. */
  readonly text: string;
  readonly label: string;
  /** Of what explains it. */
  readonly describedBy?: string;
  /** As tall as what it stands in. */
  readonly filling?: boolean;
  readonly readOnly?: boolean;
  readonly onChange?: (text: string) => void;
  /** What is wrong with the text, asked after each pause in typing, and anew when another function is given. */
  readonly check?: (text: string) => Promise<readonly CodeProblem[]>;
  readonly complete?: CompletionSource;
}

/** Who types an end tag would have it twice if the editor had written it already. */
const languages = { xml: () => xml({ autoCloseTags: false }), yaml } as const;

const fitting = EditorView.theme({ '.cm-scroller': { maxBlockSize: '50vh', minBlockSize: '8rem' } });
const filled = EditorView.theme({ '&': { blockSize: '100%' } });
/** Milliseconds after the last key. */
const CHECK_AFTER = 400;

/**
 * A document to edit, with its lines numbered and its words coloured. Tab moves on, as in every other field: who edits documents all day has
 * Ctrl+] and Ctrl+[ to indent. Ctrl+F searches.
 */
export function CodeEditor({
  language,
  text,
  label,
  describedBy,
  filling = false,
  readOnly = false,
  onChange,
  check,
  complete,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<EditorView>(null);
  const first = useRef({ text, label, describedBy, filling, readOnly, checked: check !== undefined, complete });
  const called = useRef({ onChange, check });
  useEffect(() => {
    const another = called.current.check !== check;
    called.current = { onChange, check };
    if (another && shown.current !== null) forceLinting(shown.current);
  }, [onChange, check]);

  useEffect(() => {
    if (place.current === null) return undefined;
    const { text: doc, label: name, describedBy: about, filling: fills, readOnly: fixed, checked, complete: source } = first.current;
    const problems = async ({ state }: EditorView): Promise<Diagnostic[]> => {
      const found = (await called.current.check?.(state.doc.toString())) ?? [];
      return found.map((problem) => diagnosticAt(state.doc, problem));
    };
    const view = new EditorView({
      parent: place.current,
      doc,
      extensions: [
        lineNumbers(),
        foldGutter(),
        codeFolding(),
        history(),
        bracketMatching(),
        indentOnInput(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        EditorView.lineWrapping,
        languages[language](),
        codeLook,
        fills ? filled : fitting,
        EditorState.readOnly.of(fixed),
        checked ? [lintGutter(), linter(problems, { delay: CHECK_AFTER })] : [],
        source === undefined ? [] : autocompletion({ override: [source] }),
        keymap.of([...completionKeymap, ...searchKeymap, ...foldKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        codeLabel(name, about),
        EditorView.updateListener.of((update) => update.docChanged && called.current.onChange?.(update.state.doc.toString())),
      ],
    });
    shown.current = view;
    return () => {
      shown.current = null;
      view.destroy();
    };
  }, [language]);

  return <div ref={place} dir="ltr" className={filling ? 'gh-code gh-code--filling' : 'gh-code'} />;
}

function diagnosticAt(doc: Text, { line, column, message, severity }: CodeProblem): Diagnostic {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const start = column === null ? from : Math.min(from + column - 1, to);
  return { from: start, to, severity, message };
}
