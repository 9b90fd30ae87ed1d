import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/**
 * What a text of code is called, and of what explains it. Its content stands in the tab order by itself, as all that can be edited does, and
 * scrolls by its caret; that is said in so many words too, for those who look for it only there (axe-core's scrollable-region-focusable).
 */
export function codeLabel(label: string, describedBy?: string): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': label,
    tabindex: '0',
    spellcheck: 'false',
    ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
  });
}
