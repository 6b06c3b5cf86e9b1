export const DEFAULT_STATE_FOLDER = '/var/lib/keystone-agent';
