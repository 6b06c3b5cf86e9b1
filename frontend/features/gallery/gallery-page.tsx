import dynamic from 'next/dynamic';
import { strings } from '../../lib/strings.ts';
import { chooseTheme, themeChoices, useThemeChoice } from '../../lib/theme.ts';
import { Button } from '../../ui/button.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { PageTitle } from '../shell/page-title.tsx';

// By script only: exported, the style attributes of meters would break the page's policy.
const Samples = dynamic(() => import('./samples.tsx').then((module) => module.Samples), { ssr: false });

const words = strings.gallery;

/** The kit, part by part and state by state: looked at, and checked for contrast, in both themes. */
export function GalleryPage() {
  const theme = useThemeChoice();
  return (
    <main className="mx-auto flex max-w-5xl flex-col gap-8 px-4 py-8">
      <PageTitle>{words.title}</PageTitle>
      <PageHeader
        title={words.title}
        about={words.text}
        action={
          <div className="flex gap-2">
            {themeChoices.map((choice) => (
              <Button key={choice} aria-pressed={theme === choice} onClick={() => chooseTheme(choice)}>
                {strings.account.themes[choice]}
              </Button>
            ))}
          </div>
        }
      />
      <Samples />
    </main>
  );
}
