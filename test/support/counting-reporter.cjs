const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

/** Shows dots and failures as usual, and leaves the counts in the file that LEGWORK_TEST_COUNTS names. */
class CountingReporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures } = this.stats;
      writeFileSync(process.env.LEGWORK_TEST_COUNTS, JSON.stringify({ passed: passes, failed: failures }));
    });
  }
}

module.exports = CountingReporter;
