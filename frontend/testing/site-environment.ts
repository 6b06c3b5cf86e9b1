import { TestEnvironment } from 'jest-environment-jsdom';

/** A browser's page with Node's own fetch, which jsdom lacks. */
// eslint-disable-next-line no-restricted-syntax -- Jest takes an environment as a default export.
export default class SiteEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    // What next.config.ts says, as the build writes it into the code.
    this.global.process.env['__NEXT_TRAILING_SLASH'] = 'true';
    // Node's signals, too: its fetch takes no others.
    Object.assign(this.global, {
      fetch,
      Headers,
      Request,
      Response,
      AbortController,
      AbortSignal,
      structuredClone,
    });
  }
}
