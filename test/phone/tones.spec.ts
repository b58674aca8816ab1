import assert from 'node:assert/strict';
import {
  decodeMuLaw,
  encodeMuLaw,
  encodeMuLawSample,
  loudness,
  MU_LAW_SILENCE,
  SAMPLE_RATE,
  sine,
  soundMs,
  toneMs,
  toneShare,
} from '../../src/phone/tones.ts';

describe('tones', () => {
  it('encodes the corner values of G.711 µ-law', () => {
    const codes = [0, -1, 32_767, -32_768, 1000, -1000].map(encodeMuLawSample);
    assert.deepEqual(codes, [MU_LAW_SILENCE, 0x7f, 0x80, 0x00, 0xce, 0x4e]);
  });

  it('decodes the corner codes of G.711 µ-law', () => {
    assert.deepEqual([...decodeMuLaw(Uint8Array.of(0xff, 0x7f, 0x80, 0x00))], [0, 0, 32_124, -32_124]);
  });

  it('encodes every decoded code as itself, but for negative zero', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    const expected = codes.map((code) => (code === 0x7f ? 0xff : code));
    assert.deepEqual(encodeMuLaw(decodeMuLaw(codes)), expected);
  });

  it('finds a tone after µ-law and not its neighbours', () => {
    const heard = decodeMuLaw(encodeMuLaw(sine(440, { samples: SAMPLE_RATE })));
    assert.deepEqual(
      [440, 350, 697, 880].map((hz) => toneMs(heard, hz)),
      [1000, 0, 0, 0],
    );
  });

  it('finds both halves of a DTMF pair', () => {
    const high = sine(1209, { samples: 1600, amplitude: 5000 });
    const pair = sine(697, { samples: 1600, amplitude: 5000 }).map((sample, i) => sample + (high[i] ?? 0));
    assert.deepEqual([toneMs(pair, 697), toneMs(pair, 1209), toneMs(pair, 941)], [200, 200, 0]);
  });

  it('counts only the part of the audio that has the tone', () => {
    const audio = new Int16Array(SAMPLE_RATE);
    audio.set(sine(697, { samples: 3200 }), 1600);
    assert.deepEqual([toneMs(audio, 697), soundMs(audio)], [400, 400]);
  });

  it('does not take silence for a tone', () => {
    assert.deepEqual([toneShare(new Int16Array(160), 440), loudness(new Int16Array(160))], [0, 0]);
  });

  it('joins frames of a tone without a click', () => {
    const joined = [...sine(440, { samples: 160 }), ...sine(440, { from: 160, samples: 160 })];
    assert.deepEqual(joined, [...sine(440, { samples: 320 })]);
  });
});
