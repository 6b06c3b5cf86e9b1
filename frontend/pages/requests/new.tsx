export { NewRequestPage as default } from '../../features/new-request/new-request-page.tsx';
