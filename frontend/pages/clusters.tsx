export { ClustersPage as default } from '../features/clusters/clusters-page.tsx';
