// Takes about 30 s.
import { exampleStories } from '../../support/kit-example.ts';
import { python } from '../../support/python.ts';

// The Express example is not performed: it takes speech, and checks signatures over a URL of its own.
exampleStories({
  folder: 'docs/examples/python',
  command: async () => `${await python()} docs/examples/python/app.py`,
  paths: ['/voice', '/rung', '/recorded', '/recording'],
  scenarios: ['bob-answers', 'leaves-a-message'],
});
