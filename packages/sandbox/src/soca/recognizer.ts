// This file says what the recogniser makes of speech that is not over yet, and how sure it is.
import type { FaultPlan } from '../server/faultPlan.ts';
import type { PartialTranscript } from './bargeGate.ts';
import type { SocaFaultName } from './faults.ts';
import type { SocaSettings } from './options.ts';

/** Of transcripts that come without one. */
const USUAL_CONFIDENCE = 0.9;
/** Just below the vendor's threshold. */
const UNSURE_CONFIDENCE = 0.29;
const FILLERS = ['uh', 'uh um', 'uh um hmm'] as const;
const SHORT_PARTIAL = 'wait';

/** A partial; `isNews` when it differs from the one before it. */
export interface HeardPartial extends PartialTranscript {
  readonly isNews: boolean;
}

/** One session's. */
export class Recognizer {
  readonly #recognize: SocaSettings['recognize'];
  readonly #faults: FaultPlan<SocaFaultName>;
  #last = '';
  #count = 0;

  constructor(recognize: SocaSettings['recognize'], faults: FaultPlan<SocaFaultName>) {
    this.#recognize = recognize;
    this.#faults = faults;
  }

  /** The user begins to speak. */
  begin(): void {
    this.#last = '';
    this.#count = 0;
  }

  /** The next partial; nothing where there are no words yet. */
  recognize(transcript: string, speechMs: number): HeardPartial | undefined {
    if (this.#faults.has('no-partials')) return undefined;
    const partial = this.#distort(
      this.#recognize === undefined
        ? { text: transcript, confidence: USUAL_CONFIDENCE }
        : this.#recognize({ transcript, speechMs }),
    );
    if (partial === undefined || partial.text === '') return undefined;
    const isNews = partial.text !== this.#last;
    this.#last = partial.text;
    this.#count += 1;
    return { ...partial, isNews };
  }

  #distort(partial: PartialTranscript | undefined): PartialTranscript | undefined {
    if (this.#faults.has('filler-partials')) {
      return { text: FILLERS[this.#count % FILLERS.length] ?? FILLERS[0], confidence: USUAL_CONFIDENCE };
    }
    if (this.#faults.has('short-partials')) return { text: SHORT_PARTIAL, confidence: USUAL_CONFIDENCE };
    if (partial !== undefined && this.#faults.has('unsure-partials')) {
      return { ...partial, confidence: UNSURE_CONFIDENCE };
    }
    return partial;
  }
}
