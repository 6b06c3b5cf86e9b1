export { RequestRoute as default } from '../../features/requests/request-route.tsx';
