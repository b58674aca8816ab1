import assert from 'node:assert/strict';
import { chooseEspeakVoice, parseEspeakVoices } from '../../../src/media/speech/espeak-voices.ts';

/** Lines of what espeak-ng 1.52 prints. */
const VOICES = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
 5  de              --/M      German             gmw/de
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 5  en-gb-scotland  --/M      English_(Scotland) gmw/en-GB-scotland   (en 4)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  es              --/M      Spanish_(Spain)    roa/es
 5  es-419          --/M      Spanish_(Latin_America) roa/es-419           (es-mx 6)
 5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)
 5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
 5  nb              --/M      Norwegian_Bokmål  gmq/nb               (no 5)
 5  pt              --/M      Portuguese_(Portugal) roa/pt               (pt-pt 5)
 5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR            (pt 6)
 5  yue             --/M      Chinese_(Cantonese) sit/yue              (zh-yue 5)(zh 8)
`;
const VARIANTS = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  variant         --/F      Annie              !v/Annie
 5  variant         --/F      female2            !v/f2
 5  variant         --/M      klatt              !v/klatt
`;
const voices = parseEspeakVoices(VOICES, VARIANTS);

describe('the voice that espeak-ng speaks with', () => {
  const languages: [asked: string, spoken: string][] = [
    ['en', 'en-us'],
    ['en-US', 'en-us'],
    ['en_us', 'en-us'],
    ['en-GB', 'en-gb'],
    ['en-AU', 'en-gb'],
    ['de', 'de'],
    ['de-AT', 'de'],
    ['pt-BR', 'pt-br'],
    ['pt-PT', 'pt-pt'],
    ['es-MX', 'es-419'],
    ['es-ES', 'es'],
    ['fr', 'fr-fr'],
    ['fr-CA', 'fr-fr'],
    ['fr-BE', 'fr-be'],
    ['nb-NO', 'nb'],
    ['no', 'nb'],
    ['zh', 'cmn'],
    ['zh-CN', 'cmn'],
    ['zh-HK', 'yue'],
    ['zh-Hans-CN', 'cmn'],
    ['bp', 'pt-br'],
  ];
  for (const [asked, spoken] of languages) {
    it(`speaks ${spoken} for language="${asked}"`, () => {
      assert.deepEqual(chooseEspeakVoice(voices, 'man', asked), {
        ok: true,
        voice: spoken,
        language: spoken,
        notes: [],
      });
    });
  }

  for (const asked of ['xx', 'klingon', '', '../../etc/passwd', 'constructor']) {
    it(`speaks English and says so for language="${asked}"`, () => {
      assert.deepEqual(chooseEspeakVoice(voices, 'woman', asked), {
        ok: true,
        voice: 'en-us+f2',
        language: 'en-us',
        notes: [`the language "${asked}" is not known; en is used`],
      });
    });
  }

  const names: [asked: string, voice: string][] = [
    ['woman', 'de+f2'],
    ['Woman', 'de+f2'],
    ['', 'de+f2'],
    ['man', 'de'],
    ['annie', 'de+Annie'],
    ['klatt', 'de+klatt'],
    ['en-gb-scotland', 'en-gb-scotland'],
    ['en-us+ANNIE', 'en-us+Annie'],
    ['English_(Scotland)', 'English_(Scotland)'],
    ['english_(scotland)+f2', 'English_(Scotland)+f2'],
  ];
  for (const [asked, voice] of names) {
    it(`is ${voice} for voice="${asked}" in German`, () => {
      assert.deepEqual(chooseEspeakVoice(voices, asked, 'de'), {
        ok: true,
        voice,
        language: 'de',
        notes: [],
      });
    });
  }

  for (const asked of [
    'Polly.Joanna',
    '../../../etc/passwd',
    '--version',
    'de+../f2',
    'de+f2+f2',
    'variant',
  ]) {
    it(`is the woman, with a note, for the unknown voice="${asked}"`, () => {
      assert.deepEqual(chooseEspeakVoice(voices, asked, 'de'), {
        ok: true,
        voice: 'de+f2',
        language: 'de',
        notes: [`the voice "${asked}" is not known; woman is used`],
      });
    });
  }
});
