import { afterEach, describe, expect, it } from '@jest/globals';
import { act, renderHook } from '@testing-library/react';
import { chooseTheme, themeScript, useScheme, useThemeChoice } from './theme.ts';

const shown = () => document.documentElement.dataset['theme'];

afterEach(() => {
  localStorage.clear();
  delete document.documentElement.dataset['theme'];
});

/** The system's own scheme, which jsdom has none of. */
function systemScheme() {
  const media = Object.assign(new EventTarget(), { matches: false });
  Object.assign(window, { matchMedia: () => media });
  return (dark: boolean) => {
    media.matches = dark;
    media.dispatchEvent(new Event('change'));
  };
}

describe('the scheme that is shown', () => {
  it('is the chosen one, or else the system’s as it changes', () => {
    const setSystem = systemScheme();
    const { result } = renderHook(useScheme);
    expect(result.current).toBe('light');
    act(() => setSystem(true));
    expect(result.current).toBe('dark');
    act(() => chooseTheme('light'));
    expect(result.current).toBe('light');
    act(() => chooseTheme('system'));
    expect(result.current).toBe('dark');
  });
});

describe('the theme', () => {
  it('follows the system until one is chosen, and again when none is', () => {
    const { result } = renderHook(useThemeChoice);
    expect(result.current).toBe('system');
    act(() => chooseTheme('dark'));
    expect([result.current, shown()]).toEqual(['dark', 'dark']);
    act(() => chooseTheme('system'));
    expect([result.current, shown()]).toEqual(['system', undefined]);
  });

  it('is there before the page runs, from what was chosen last', () => {
    act(() => chooseTheme('dark'));
    delete document.documentElement.dataset['theme'];
    const script = document.createElement('script');
    script.textContent = themeScript;
    document.head.append(script);
    expect(shown()).toBe('dark');
    script.remove();
  });

  it('leaves alone what it does not know', () => {
    localStorage.setItem('keystone-theme', '"><script>');
    const { result } = renderHook(useThemeChoice);
    expect(result.current).toBe('system');
  });
});
