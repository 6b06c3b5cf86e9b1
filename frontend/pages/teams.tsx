export { TeamsPage as default } from '../features/teams/teams-page.tsx';
