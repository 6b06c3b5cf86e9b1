import { configure } from '@testing-library/dom';

// Room for a busy machine: a test that finds what it looks for waits no longer for it.
configure({ asyncUtilTimeout: 10_000 });
