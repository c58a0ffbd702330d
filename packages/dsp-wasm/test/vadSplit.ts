// This file names which shared recordings the detector is tuned on and which are kept apart to judge it.
//
// Fixed before any constant of the spectral detector was chosen. A mix stands on the side of every utterance and every
// noise it is made of, so that nothing in validation was heard in development: German, Spanish, French, Japanese and
// the street, office and typing noises are linked by three mixes, the English clips, the fan and the babble by two.
// Both LibriSpeech clips are one speaker, and stay together. One meeting of three is kept apart, and of each sort of
// noise (steady, transient, tonal, generated) some. `manual-hard` clips are on neither side: nobody scores them.

export const DEVELOPMENT_CLIPS: readonly string[] = [
  'speech/en_jfk_16k.wav',
  'speech/de_leopard_16k.wav',
  'speech/es_leopard_16k.wav',
  'speech/fr_leopard_16k.wav',
  'speech/ja_leopard_16k.wav',
  'speech/en_amigo_hello_16k.wav',
  'speech/en_livekit_weather_24k.wav',
  'labelled/ami_trn00_16k.wav',
  'labelled/ami_trn04_16k.wav',
  'mix/mix_de_fr_street_20dB.wav',
  'mix/mix_es_ja_typing_10dB.wav',
  'mix/mix_de_es_office_0dB.wav',
  'e2e/fakemic_two_turns_48k.wav',
  'nonspeech/street_city.wav',
  'nonspeech/office_ambience.wav',
  'nonspeech/typing_from_laptop_taps.wav',
  'nonspeech/fireplace_crackle.wav',
  'nonspeech/wind_chime.wav',
  'nonspeech/koala_noise.wav',
  'nonspeech/silence_digital_room.wav',
  'nonspeech/gen_clicks.wav',
  'nonspeech/gen_hum_50hz.wav',
  'nonspeech/gen_white_-30dB.wav',
  'nonspeech/gen_dtmf_1.wav',
];

export const VALIDATION_CLIPS: readonly string[] = [
  'speech/en_librispeech_1272-141231-0002_16k.wav',
  'speech/en_librispeech_1272-128104-0004_8k.wav',
  'speech/en_voices_sp0307_16k.wav',
  'speech/en_ljspeech_LJ002-0020_22k.wav',
  'speech/en_leopard_16k.wav',
  'labelled/ami_trn05_16k.wav',
  'labelled/arctic_a0009_slt_16k.wav',
  'mix/mix_en_dryer_5dB.wav',
  'mix/mix_en_babble_10dB.wav',
  'nonspeech/babble_coffee-shop.wav',
  'nonspeech/dryer_fan.wav',
  'nonspeech/train.wav',
  'nonspeech/wind.wav',
  'nonspeech/static_film.wav',
  'nonspeech/guitar.wav',
  'nonspeech/eating_crunch.wav',
  'nonspeech/gen_silence_zero.wav',
  'nonspeech/gen_pink_-50dB.wav',
  'nonspeech/gen_ring_440_480.wav',
];
