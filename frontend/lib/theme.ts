import { useSyncExternalStore } from 'react';

export const themeChoices = ['light', 'dark', 'system'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const KEY = 'keystone-theme';

/** Runs inline before the first paint; `system` needs nothing, for the colours follow `color-scheme`. */
export const themeScript = `try{var t=localStorage.getItem('${KEY}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}`;

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab chose.
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
    const value = document.documentElement.dataset['theme'];
    return value === 'light' || value === 'dark' ? value : 'system';
  }
}

/** Shows a theme at once and keeps the choice in this browser. */
export function chooseTheme(choice: ThemeChoice): void {
  const root = document.documentElement;
  if (choice === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = choice;
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Not kept, and still shown.
  }
  for (const listener of listeners) listener();
}

/** What is shown, whoever chose it. */
export type Scheme = 'light' | 'dark';

const darkSystem = '(prefers-color-scheme: dark)';

function subscribeToScheme(listener: () => void): () => void {
  const unsubscribe = subscribe(listener);
  const system = window.matchMedia(darkSystem);
  system.addEventListener('change', listener);
  return () => {
    unsubscribe();
    system.removeEventListener('change', listener);
  };
}

function shown(): Scheme {
  const choice = stored();
  if (choice !== 'system') return choice;
  return window.matchMedia(darkSystem).matches ? 'dark' : 'light';
}

/** The scheme for what colours do not reach by themselves, such as a canvas. */
export const useScheme = (): Scheme => useSyncExternalStore<Scheme>(subscribeToScheme, shown, () => 'light');

export const useThemeChoice = (): ThemeChoice =>
  useSyncExternalStore<ThemeChoice>(subscribe, stored, () => 'system');
