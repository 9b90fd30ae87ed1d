/** Where a person writes, or is asked something. */
const ELSEWHERE = 'input, textarea, select, [contenteditable], [role="dialog"], [role="dialog"] *, [role="menu"] *';

/**
 * Whether a console that has just connected may take the focus. The guest chooses the moment: who writes elsewhere would go on writing into
 * it.
 */
export const mayTakeFocus = (): boolean => document.activeElement?.matches(ELSEWHERE) !== true;
