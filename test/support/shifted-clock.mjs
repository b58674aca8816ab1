// Preloaded into a node of a test (NODE_OPTIONS): the clock of its machine is wrong by so many milliseconds.
const shift = Number(process.env.LEGWORK_TEST_CLOCK_SHIFT_MS);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shift);
    else super(...args);
  }

  static now() {
    return RealDate.now() + shift;
  }
};
