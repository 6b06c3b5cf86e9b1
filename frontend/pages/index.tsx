export { HomePage as default } from '../features/dashboard/home-page.tsx';
