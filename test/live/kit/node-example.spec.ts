// Takes about 60 s.
import { exampleStories } from '../../support/kit-example.ts';

exampleStories({
  folder: 'docs/examples/node',
  command: async () => 'node docs/examples/node/app.mjs',
  paths: ['/voice', '/done', '/status'],
  scenarios: ['bob-answers', 'bob-is-busy', 'nobody-answers'],
});
