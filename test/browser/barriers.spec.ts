// Takes about 45 s.
import assert from 'node:assert/strict';
import { assertNoBarrier, violations } from '../support/barriers.ts';
import { consoleStories } from '../support/console-stories.ts';

consoleStories('The console has no barriers', (current) => {
  it('has no serious one on any page', () => assertNoBarrier(current(), 'light'));

  it('has no serious barrier at its door', async () => {
    const { page } = await current().newVisitor();
    await page.goto('/console/');
    await page.getByLabel('AuthToken').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.goto('/console/open');
    await page.getByRole('heading', { name: 'Drop an exported call here' }).waitFor();
    assert.deepEqual(await violations(page), []);
  });
});
