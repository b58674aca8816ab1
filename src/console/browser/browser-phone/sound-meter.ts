/** How loud a stream is. */
export interface SoundMeter {
  /** 0 to 1. */
  level(): number;
  close(): void;
}

/** Speech is far from the loudest that there can be. */
const GAIN = 4;

export function openMeter(stream: MediaStream): SoundMeter {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      return Math.min(1, GAIN * Math.sqrt(power));
    },
    close: () => void context.close(),
  };
}
