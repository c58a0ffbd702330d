// This file finds the test signal in any sound, at whatever rate its samples were taken, so cheaply that every frame of
// every connection can be asked: by the signs of a few samples, looked up in a table.
import { PERIOD_PLACES, PLACES_PER_SAMPLE, finePeriod } from './finePeriod.ts';
import { FRAME_SAMPLES, energyOf } from './signalReference.ts';
import {
  ALIAS_TONE_AMPLITUDE,
  SIGNAL_PERIOD_SAMPLES,
  SIGNAL_SAMPLE_RATE,
  STEP_HZ,
  TONE_COMPONENTS,
} from './testSignal.ts';

/** Rates, in Hz, that audio is sent at by mistake as if it were 16 kHz. */
const WRONG_RATES = [8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000] as const;
const RATES = [SIGNAL_SAMPLE_RATE, ...WRONG_RATES] as const;
/** Signs in a key. At 16 kHz they hold 8 changes, which is as much as 25 random bits. */
const KEY_SIGNS = 32;
/** Keys with fewer changes of sign are those of hums and vowels as well. */
const MIN_CHANGES = 4;
/** Of a wrong rate, which stays, every so many places are enough; an odd number, for the signal has to come by them. */
const WRONG_RATE_PLACES = 11;
/** Where in a frame keys are read: first sample, and distance of samples, since those taken too often change sign rarely. */
const KEYS = [
  [0, 1],
  [80, 1],
  [160, 1],
  [240, 1],
  [0, 2],
  [200, 2],
  [0, 3],
  [200, 3],
] as const;
/** The table is two fifths full. */
const TABLE_BITS = 18;
const TABLE_SLOTS = 1 << TABLE_BITS;
/** A tenth of its bits are set. */
const FILTER_BITS = 20;
/** Fit from which a frame is the signal. Chance does not come near: 20 ms of its band hold 124 free numbers. */
const RECOGNIZED = 0.8;
/** A spread multiplier (2^32 over the golden ratio), so that keys that differ little lie apart. */
const HASH_FACTOR = 0x9e3779b1;

/** Takes a place into the period; what is below 0 as well. */
const PLACE_MASK = PERIOD_PLACES - 1;
/** One turn in as many steps as the period has places: a component's phase moves on by its number with each. */
const SINES = Float32Array.from({ length: PERIOD_PLACES }, (_, i) => Math.sin((2 * Math.PI * i) / PERIOD_PLACES));

/** Where a frame was found. */
export interface SignalPlace {
  /** Rate at which its samples were taken, in Hz; 16,000 is the right one. */
  readonly sampleRate: number;
  /** Of the frame's first sample, in samples at 16 kHz from the beginning of the period. */
  readonly position: number;
}

let shared: SignalRecognizer | undefined;

/** The one that all connections share: 2 MB and 0.1 s of work, done once. */
export function signalRecognizer(): SignalRecognizer {
  shared ??= new SignalRecognizer();
  return shared;
}

/** Holds the table: from signs of samples to where in the signal they stand. */
export class SignalRecognizer {
  /** A bit for each key that may be in the table: 128 kB stay in the processor's cache, the table does not. */
  readonly #filter = new Int32Array((1 << FILTER_BITS) / 32);
  readonly #keys = new Int32Array(TABLE_SLOTS);
  /** 0 for an empty slot; else the index of the rate and the place, plus 1. */
  readonly #places = new Int32Array(TABLE_SLOTS);

  constructor() {
    this.#insertRightRate();
    WRONG_RATES.forEach((rate, index) => {
      const stride = Math.max(1, Math.round(rate / SIGNAL_SAMPLE_RATE));
      for (let place = 0; place < PERIOD_PLACES; place += WRONG_RATE_PLACES) {
        this.#insert(keyAt(rate, place, stride), (index + 1) * PERIOD_PLACES + place);
      }
    });
  }

  #insertRightRate(): void {
    const fine = finePeriod();
    for (let shift = 0; shift < PLACES_PER_SAMPLE; shift++) {
      let key = 0;
      // The key at each sample is the one before, moved on by a sign; behind the period comes its beginning.
      for (let i = 0; i < SIGNAL_PERIOD_SAMPLES + KEY_SIGNS - 1; i++) {
        key = (key << 1) | signOf(fine[(i * PLACES_PER_SAMPLE + shift) % PERIOD_PLACES] as number);
        const first = i - KEY_SIGNS + 1;
        if (first >= 0) this.#insert(key, first * PLACES_PER_SAMPLE + shift);
      }
    }
  }

  /** Where a frame of 20 ms lies in the signal. Nearly all are found at once; one in ten at a wrong rate or in loud noise. */
  find(frame: Int16Array): SignalPlace | undefined {
    for (let index = 0; index < KEYS.length; index++) {
      const [first, stride] = KEYS[index] as (typeof KEYS)[number];
      let key = 0;
      const end = first + KEY_SIGNS * stride;
      for (let i = first; i < end; i += stride) key = (key << 1) | signOf(frame[i] as number);
      if (!changesEnough(key) || !this.#mayHold(key)) continue;
      const found = this.#lookUp(key, frame, first);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #mayHold(key: number): boolean {
    const bit = hashOf(key, FILTER_BITS);
    return (((this.#filter[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1;
  }

  #lookUp(key: number, frame: Int16Array, first: number): SignalPlace | undefined {
    for (let slot = hashOf(key, TABLE_BITS); this.#places[slot] !== 0; slot = nextSlot(slot)) {
      if (this.#keys[slot] !== key) continue;
      const entry = (this.#places[slot] as number) - 1;
      const rate = RATES[Math.floor(entry / PERIOD_PLACES)] as number;
      const place = (entry % PERIOD_PLACES) - first * placesPerSampleAt(rate);
      if (fit(frame, rate, place) < RECOGNIZED) continue;
      return { sampleRate: rate, position: place / PLACES_PER_SAMPLE };
    }
    return undefined;
  }

  #insert(key: number, entry: number): void {
    if (!changesEnough(key)) return;
    const bit = hashOf(key, FILTER_BITS);
    this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31));
    let slot = hashOf(key, TABLE_BITS);
    while (this.#places[slot] !== 0) slot = nextSlot(slot);
    this.#keys[slot] = key;
    this.#places[slot] = entry + 1;
  }
}

function hashOf(key: number, bits: number): number {
  return Math.imul(key, HASH_FACTOR) >>> (32 - bits);
}

function nextSlot(slot: number): number {
  return (slot + 1) % TABLE_SLOTS;
}

function signOf(sample: number): number {
  return sample < 0 ? 1 : 0;
}

function changesEnough(key: number): boolean {
  let changes = (key ^ (key >> 1)) & 0x7fff_ffff;
  for (let count = 1; count < MIN_CHANGES; count++) changes &= changes - 1;
  return changes !== 0;
}

/** The signs of the signal at a rate from a place on, each `stride` samples after the one before. */
function keyAt(rate: number, place: number, stride: number): number {
  let key = 0;
  for (let i = 0; i < KEY_SIGNS; i++) key = (key << 1) | signOf(sampleAt(rate, place, i * stride));
  return key;
}

function placesPerSampleAt(rate: number): number {
  return (PLACES_PER_SAMPLE * SIGNAL_SAMPLE_RATE) / rate;
}

/** The signal's `i`th sample at a rate, counted from a place; the tones are in it as far as the rate has room for them. */
function sampleAt(rate: number, from: number, i: number): number {
  const fine = finePeriod();
  const place = from + i * placesPerSampleAt(rate);
  const whole = Math.floor(place);
  const part = place - whole;
  const here = fine[whole & PLACE_MASK] as number;
  // A straight line between quarters of a sample is within 2 % even at 3.4 kHz.
  let sample = here + ((fine[(whole + 1) & PLACE_MASK] as number) - here) * part;
  if (rate === SIGNAL_SAMPLE_RATE) return sample;
  for (let tone = 0; tone < TONE_COMPONENTS.length; tone++) {
    const component = TONE_COMPONENTS[tone] as number;
    if (component * STEP_HZ >= rate / 2) continue;
    const phase = Math.imul(component, whole) + Math.round(component * part);
    sample += ALIAS_TONE_AMPLITUDE * (SINES[phase & PLACE_MASK] as number);
  }
  return sample;
}

/** Normalised correlation of a frame with the signal at a rate and place. */
function fit(frame: Int16Array, rate: number, place: number): number {
  let product = 0;
  let expectedEnergy = 0;
  for (let i = 0; i < FRAME_SAMPLES; i++) {
    const expected = sampleAt(rate, place, i);
    product += (frame[i] as number) * expected;
    expectedEnergy += expected * expected;
  }
  return product / Math.sqrt(Math.max(1, energyOf(frame)) * expectedEnergy);
}
