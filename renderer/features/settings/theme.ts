import type { Settings } from '#contract/settings';

type Theme = Settings['theme'];

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const contrast = window.matchMedia('(prefers-contrast: more)');

/** Puts the theme on the page and follows the desktop while it is 'system'. Returns the way to stop following. */
export function followTheme(theme: Theme): () => void {
  const apply = () => {
    const { classList } = document.documentElement;
    classList.toggle('pf-v6-theme-dark', theme === 'dark' || (theme === 'system' && dark.matches));
    classList.toggle('pf-v6-theme-high-contrast', contrast.matches);
  };
  apply();
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  return () => {
    dark.removeEventListener('change', apply);
    contrast.removeEventListener('change', apply);
  };
}
