import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours of the window's own theme: they follow light, dark and high contrast by themselves. */
const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--pf-t--global--text--color--link--default)' },
  { tag: [tags.attributeValue, tags.string], color: 'var(--pf-t--global--text--color--status--success--default)' },
  { tag: [tags.comment, tags.meta], color: 'var(--pf-t--global--text--color--subtle)' },
  { tag: [tags.invalid], color: 'var(--pf-t--global--text--color--status--danger--default)' },
]);

const subtle = 'var(--pf-t--global--text--color--subtle)';
const border = '1px solid var(--pf-t--global--border--color--default)';
const floating = 'var(--pf-t--global--background--color--floating--default)';

const theme = EditorView.theme({
  '&': {
    color: 'var(--pf-t--global--text--color--regular)',
    backgroundColor: 'var(--pf-t--global--background--color--primary--default)',
    border,
    borderRadius: 'var(--pf-t--global--border--radius--small)',
    fontSize: 'var(--pf-t--global--font--size--body--sm)',
  },
  '&.cm-focused': { outline: '2px solid var(--pf-t--global--border--color--clicked)' },
  '.cm-scroller': { fontFamily: 'var(--pf-t--global--font--family--mono)' },
  '.cm-content': { caretColor: 'var(--pf-t--global--text--color--regular)' },
  '.cm-cursor': { borderLeftColor: 'var(--pf-t--global--text--color--regular)' },
  '.cm-gutters': {
    color: subtle,
    backgroundColor: 'var(--pf-t--global--background--color--secondary--default)',
    border: 'none',
  },
  '.cm-activeLine': { backgroundColor: 'var(--pf-t--global--background--color--action--plain--hover)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--pf-t--global--background--color--highlight--default)',
  },
  // CodeMirror's own colours for these stand out too little from the words on them, or too much.
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'transparent', outline: border },
  '&.cm-focused .cm-nonmatchingBracket': {
    backgroundColor: 'transparent',
    textDecoration: 'underline wavy var(--pf-t--global--border--color--status--danger--default)',
  },
  '.cm-panels': { color: 'inherit', backgroundColor: 'var(--pf-t--global--background--color--secondary--default)' },
  '.cm-panels.cm-panels-top': { borderBottom: border },
  '.cm-panel.cm-search': { padding: 'var(--pf-t--global--spacer--sm)', fontFamily: 'var(--pf-t--global--font--family--body)' },
  '.cm-panel.cm-search label': { fontSize: 'inherit' },
  '.cm-textfield': {
    color: 'inherit',
    backgroundColor: 'var(--pf-t--global--background--color--primary--default)',
    border,
    fontSize: 'inherit',
  },
  '.cm-button': {
    color: 'inherit',
    background: 'none',
    border,
    borderRadius: 'var(--pf-t--global--border--radius--small)',
    fontSize: 'inherit',
  },
  '.cm-searchMatch': {
    backgroundColor: 'var(--pf-t--global--color--nonstatus--yellow--default)',
    color: 'var(--pf-t--global--text--color--nonstatus--on-yellow--default)',
  },
  '.cm-tooltip': { color: 'inherit', backgroundColor: floating, border },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--pf-t--global--text--color--on-brand--default)',
    backgroundColor: 'var(--pf-t--global--color--brand--default)',
  },
  '.cm-foldPlaceholder': { color: subtle, backgroundColor: 'transparent', border },
  '.cm-collapsedLines': { color: subtle, background: 'var(--pf-t--global--background--color--secondary--default)' },
});

/** How all text that is code looks in this window. */
export const codeLook = [theme, syntaxHighlighting(colours)];
