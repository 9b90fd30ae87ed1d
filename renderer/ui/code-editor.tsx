import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { xml } from '@codemirror/lang-xml';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

interface CodeEditorProps {
  readonly language: 'xml' | 'yaml';
  /** Read once, as is all but `onChange`: from then on the editor has the text. Give another `key` to start anew. */
  readonly text: string;
  readonly label: string;
  /** Of what explains it. */
  readonly describedBy?: string;
  readonly onChange: (text: string) => void;
}

/** Who types an end tag would have it twice if the editor had written it already. */
const languages = { xml: () => xml({ autoCloseTags: false }), yaml } as const;

/** Colours of the window's own theme: they follow light, dark and high contrast by themselves. */
const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--pf-t--global--text--color--link--default)' },
  { tag: [tags.attributeValue, tags.string], color: 'var(--pf-t--global--text--color--status--success--default)' },
  { tag: [tags.comment, tags.meta], color: 'var(--pf-t--global--text--color--subtle)' },
  { tag: [tags.invalid], color: 'var(--pf-t--global--text--color--status--danger--default)' },
]);

const look = EditorView.theme({
  '&': {
    color: 'var(--pf-t--global--text--color--regular)',
    backgroundColor: 'var(--pf-t--global--background--color--primary--default)',
    border: '1px solid var(--pf-t--global--border--color--default)',
    borderRadius: 'var(--pf-t--global--border--radius--small)',
    fontSize: 'var(--pf-t--global--font--size--body--sm)',
  },
  '&.cm-focused': { outline: '2px solid var(--pf-t--global--border--color--clicked)' },
  '.cm-scroller': { fontFamily: 'var(--pf-t--global--font--family--mono)', maxBlockSize: '50vh', minBlockSize: '8rem' },
  '.cm-content': { caretColor: 'var(--pf-t--global--text--color--regular)' },
  '.cm-cursor': { borderLeftColor: 'var(--pf-t--global--text--color--regular)' },
  '.cm-gutters': {
    color: 'var(--pf-t--global--text--color--subtle)',
    backgroundColor: 'var(--pf-t--global--background--color--secondary--default)',
    border: 'none',
  },
  '.cm-activeLine': { backgroundColor: 'var(--pf-t--global--background--color--action--plain--hover)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--pf-t--global--background--color--highlight--default)',
  },
});

/**
 * A document to edit, with its lines numbered and its words coloured. Tab moves on, as in every other field: who edits documents all day has
 * Ctrl+] and Ctrl+[ to indent.
 */
export function CodeEditor({ language, text, label, describedBy, onChange }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const first = useRef({ text, label, describedBy });
  const listener = useRef(onChange);
  useEffect(() => {
    listener.current = onChange;
  }, [onChange]);

  useEffect(() => {
    if (place.current === null) return undefined;
    const { text: doc, label: name, describedBy: about } = first.current;
    const view = new EditorView({
      parent: place.current,
      doc,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        indentOnInput(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        languages[language](),
        syntaxHighlighting(colours),
        look,
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': name, spellcheck: 'false', ...(about && { 'aria-describedby': about }) }),
        EditorView.updateListener.of((update) => update.docChanged && listener.current(update.state.doc.toString())),
      ],
    });
    return () => view.destroy();
  }, [language]);

  return <div ref={place} dir="ltr" />;
}
