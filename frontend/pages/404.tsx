export { MissingPage as default } from '../features/shell/missing-page.tsx';
