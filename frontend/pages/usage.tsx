export { UsageRoute as default } from '../features/usage/usage-route.tsx';
