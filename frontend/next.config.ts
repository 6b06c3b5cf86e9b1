import { resolve } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'export',
  trailingSlash: true,
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  transpilePackages: ['@keystone/client', '@keystone/shared'],
  turbopack: { root: resolve(import.meta.dirname, '..') },
  // `npx tsc -p frontend` checks types, once.
  typescript: { ignoreBuildErrors: true },
};

export default config;
