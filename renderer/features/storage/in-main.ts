/** Where what hovers over the page belongs: within its landmark, not after all of it. For PatternFly's `appendTo`. */
export const inMain = (): HTMLElement => document.querySelector('main') ?? document.body;
