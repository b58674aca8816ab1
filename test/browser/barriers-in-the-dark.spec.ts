// Takes about 30 s.
import { assertNoBarrier } from '../support/barriers.ts';
import { consoleStories } from '../support/console-stories.ts';

consoleStories('The console in dark colours', (current) => {
  it('has enough contrast on every page', () => assertNoBarrier(current(), 'dark', ['color-contrast']));
});
