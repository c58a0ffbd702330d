// This file leads the conversation of one session: the user's speech as partials and finals, the agent's as sentences, and
// interruptions between them.
import type { FinalAnswer, ServerMessage } from '@voicewire/protocol/soca';
import type { AgentFactory } from '../agents/agent.ts';
import type { TranscribedUtterance } from '../hearing/utterance.ts';
import { AgentSession } from '../agents/agentSession.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import type { Random } from '../random.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import { TimerSet } from '../server/timerSet.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { Mp3Speech } from '../speech/mp3Speech.ts';
import { AgentGate } from './agentGate.ts';
import { BargeGate } from './bargeGate.ts';
import { Delivery } from './delivery.ts';
import type { SocaFaultName } from './faults.ts';
import type { SpokenPiece } from './linePieces.ts';
import { cutIntoSentences, halve } from './linePieces.ts';
import type { SocaSettings } from './options.ts';
import { Recognizer } from './recognizer.ts';
import type { Reply } from './replies.ts';
import { Replies } from './replies.ts';
import type { Parcel } from './sentence.ts';
import { interleave, makeSentence, mimeOf, seqField } from './sentence.ts';

/** What a dialogue works with. */
export interface DialoguePorts {
  readonly services: SandboxServices;
  readonly settings: SocaSettings;
  readonly faults: FaultPlan<SocaFaultName>;
  readonly createAgent: AgentFactory;
  /** This connection's own. */
  readonly random: Random;
  readonly ledger: ConnectionLedger;
  readonly mp3: Mp3Speech;
  /** Number of the first reply. */
  readonly firstSeq: number;
  send(message: ServerMessage): void;
  /** The agent ends the session. */
  hangUp(): void;
}

/** Samples per frame of the clockwork that says how far the agent has spoken; nothing of it is sent. */
const FRAME_SAMPLES = 320;
/** Playback may lag: so long after the end of a reply, a client that interrupts it is not wrong, in ms. */
const STILL_PLAYING_MS = 5000;
/** Chunks of a cut reply that come with the next one. */
const MAX_LEFT_OVER = 200;
const NO_PCM = new Int16Array(0);

/** What a client's `barge` met. `repeated`: the reply was interrupted by one already. */
export type BargeTarget = 'reply' | 'repeated' | 'silence';

/** From `stt.ready` to the end of the session. */
export class Dialogue {
  readonly #ports: DialoguePorts;
  readonly #timers: TimerSet;
  readonly #gate: BargeGate;
  readonly #agentGate: AgentGate;
  readonly #agent: AgentSession;
  readonly #recognizer: Recognizer;
  readonly #replies: Replies;
  readonly #delivery: Delivery;
  /** The rest of an interrupted reply that goes out between the chunks of the next. */
  #leftOver: readonly Parcel[] = [];
  /** The latest reply that the client interrupted itself. */
  #bargedSeq: number | undefined;
  #speechStartedAtMs = 0;
  #turnCount = 0;

  constructor(ports: DialoguePorts) {
    const { services, settings, faults, ledger } = ports;
    this.#ports = ports;
    this.#timers = new TimerSet(services.clock);
    this.#gate = new BargeGate(settings.gate);
    this.#recognizer = new Recognizer(settings.recognize, faults);
    this.#replies = new Replies(ports.firstSeq, ports.random);
    this.#agentGate = new AgentGate((turn, hasInterrupted) => this.#isAnswered(turn, hasInterrupted));
    this.#delivery = new Delivery({
      clock: services.clock,
      speedRatio: faults.find('burst')?.speedRatio ?? settings.deliverySpeedRatio,
      send: (parcel) => this.#sendParcel(parcel),
      onIdle: () => this.#finishReply(),
    });
    this.#agent = new AgentSession({
      clock: services.clock,
      ticker: services.ticker,
      pcmStore: services.pcmStore,
      random: ports.random,
      voice: services.voice,
      detector: services.createDetector(),
      turns: services.turns,
      transcriber: services.transcriber,
      createAgent: this.#agentGate.guard(ports.createAgent),
      frameSamples: FRAME_SAMPLES,
      speedRatio: 1,
      hangUp: () => ports.hangUp(),
      onLineReady: (line) => this.#deliver(line),
      onLineEnded: (line) => ledger.recordLine(line),
      onDrained: () => this.#spoken(),
      onCut: () => this.#cutReply(),
      onSpeechStarted: () => this.#speechStarted(),
      onUtterance: (turn) => this.#turnEnded(turn),
    });
  }

  /** Number that the next reply will have. */
  get nextSeq(): number {
    return this.#replies.nextSeq;
  }

  /** The user can hear from now on. */
  start(): void {
    this.#agent.start();
  }

  /** Takes user audio at 16 kHz; it is copied. */
  hear(pcm: Int16Array): void {
    this.#agent.hear(pcm);
  }

  /** The client's `stop`. */
  stop(): void {
    const { clientStop } = this.#ports.settings;
    if (clientStop === 'ignore') return;
    // Without a turn there is nothing to end, and the client still waits for its final.
    if (this.#agent.partialTranscript === undefined) this.#ports.send({ type: 'stt.final', text: '' });
    else this.#agent.endUserTurn();
    if (clientStop === 'end-reply') this.#agent.interrupt();
  }

  /** The client's `barge`. */
  barge(): BargeTarget {
    const target = this.#findBargeTarget();
    this.#bargedSeq = this.#replies.lastSeq;
    const { clientBarge } = this.#ports.settings;
    if (target !== 'reply' || clientBarge === 'ignore' || this.#ports.faults.has('barge-ignored')) return target;
    if (clientBarge === 'confirm') this.#interrupt('manual');
    this.#agent.interrupt();
    this.#cutReply();
    return target;
  }

  /** Stops everything; nothing is sent any more. */
  close(): void {
    this.#timers.clearAll();
    this.#delivery.cut();
    this.#agent.close();
  }

  // ── the user's speech ────────────────────────────────────────────────────────────────────────────────────────────

  #speechStarted(): void {
    const nowMs = this.#ports.services.clock.nowMs();
    this.#speechStartedAtMs = nowMs;
    this.#gate.speechStarted(nowMs);
    this.#recognizer.begin();
    this.#turnCount += 1;
    this.#awaitPartial(this.#turnCount);
  }

  /** @param turn The turn that it is for: the next may begin before the timer of the last has run out. */
  #awaitPartial(turn: number): void {
    this.#timers.set(this.#ports.settings.partialEveryMs, () => {
      const transcript = this.#agent.partialTranscript;
      if (transcript === undefined || turn !== this.#turnCount) return;
      this.#hearPartial(transcript);
      this.#awaitPartial(turn);
    });
  }

  #hearPartial(transcript: string): void {
    const nowMs = this.#ports.services.clock.nowMs();
    const partial = this.#recognizer.recognize(transcript, nowMs - this.#speechStartedAtMs);
    if (partial === undefined) return;
    if (partial.isNews) this.#ports.send({ type: 'stt.partial', text: partial.text });
    if (this.#isSpeaking && this.#gate.judge(partial, nowMs) === 'open') {
      this.#interrupt('content_partial');
      this.#agentGate.interrupt();
    }
  }

  /** Called before the agent hears of the turn. */
  #turnEnded(turn: TranscribedUtterance): void {
    this.#ports.ledger.recordUtterance(turn);
    // A transcript that comes late finds the user speaking again.
    if (this.#agent.partialTranscript === undefined) this.#gate.speechEnded();
    this.#ports.send({ type: 'stt.final', text: this.#finalTextOf(turn) });
  }

  #finalTextOf({ transcript }: TranscribedUtterance): string {
    return this.#ports.faults.has('empty-final') ? '' : transcript;
  }

  /** Only what has words is answered, and fillers over the agent are not, unless the options say so. */
  #isAnswered(turn: TranscribedUtterance, hasInterrupted: boolean): boolean {
    const text = this.#finalTextOf(turn).trim();
    const isMurmur = !hasInterrupted && this.#agent.isSpeaking && this.#gate.isOnlyFillers(text);
    if (text === '' || (isMurmur && this.#ports.settings.fillerFinals === 'ignore')) return false;
    this.#replies.end();
    // What was said in real time and still waits belongs to a reply that is over.
    if (!this.#agent.isSpeaking) this.#keepLateChunks(this.#delivery.cut());
    return true;
  }

  // ── the agent's speech ───────────────────────────────────────────────────────────────────────────────────────────

  #deliver(line: SpokenPiece): void {
    const { faults, services } = this.#ports;
    const reply = this.#replies.replyFor(line.text, services.clock.nowMs());
    const sentences = cutIntoSentences(line).flatMap((sentence) => {
      const pieces = faults.has('sentences-interleaved') ? halve(sentence) : [sentence];
      const [first = [], second = []] = pieces.map((piece) => this.#makeSentence(piece, reply));
      return interleave(first, second);
    });
    const parcels = this.#withEarlyAnswer(sentences, reply);
    const leftOver = this.#leftOver;
    this.#leftOver = [];
    this.#delivery.push(leftOver.length === 0 ? parcels : interleave(parcels, leftOver));
  }

  #makeSentence(piece: SpokenPiece, { chatId, seq }: Reply): readonly Parcel[] {
    const sentenceId = this.#replies.nextSentenceId();
    return makeSentence({ ...piece, chatId, seq, sentenceId }, this.#ports);
  }

  #withEarlyAnswer(parcels: readonly Parcel[], reply: Reply): readonly Parcel[] {
    const { faults } = this.#ports;
    const at = faults.has('final-first') ? 0 : faults.has('final-between') ? parcels.length >> 1 : undefined;
    if (at === undefined) return parcels;
    const answer: Parcel = { message: this.#makeAnswer(reply), pcm: NO_PCM, pauseMs: 0 };
    reply.texts = [];
    return [...parcels.slice(0, at), answer, ...parcels.slice(at)];
  }

  #sendParcel({ message, pcm }: Parcel): void {
    if (pcm.length > 0) this.#ports.ledger.recordSentAudio(pcm);
    this.#ports.send(message);
  }

  #spoken(): void {
    const { current } = this.#replies;
    if (current !== undefined) current.spokenAtMs = this.#ports.services.clock.nowMs();
    this.#finishReply();
  }

  /** Once everything has been said, in real time, and has been sent. */
  #finishReply(): void {
    const { current } = this.#replies;
    if (current?.spokenAtMs === undefined || current.texts.length === 0 || !this.#delivery.isIdle) return;
    this.#ports.send(this.#makeAnswer(current));
    current.texts = [];
  }

  #makeAnswer({ texts, seq, startedAtMs }: Reply): ServerMessage {
    const { faults, services } = this.#ports;
    const step: FinalAnswer = {
      stepType: 'final_answer',
      stepTitle: 'Final Answer',
      fullResponse: { answers: [{ output: texts.join(' ') }] },
      audioBase64: null,
      audioMime: mimeOf(faults),
      isFinal: true,
      ...seqField(seq, faults),
      stepDuration: services.clock.nowMs() - startedAtMs,
    };
    return { type: 'final_answer', step };
  }

  // ── interruptions ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Ends the reply and says so. */
  #interrupt(reason: string): void {
    const { faults } = this.#ports;
    const endedSeq = this.#replies.lastSeq;
    const seq = this.#replies.interrupt();
    const rest = this.#delivery.cut();
    if (!faults.has('implicit-barge')) {
      const named = faults.has('barge-current-seq') ? (endedSeq ?? seq) : seq;
      this.#ports.send({ type: 'barge', ...(faults.has('barge-without-seq') ? {} : { seq: named }), reason });
    }
    this.#keepLateChunks(rest);
  }

  /** The agent fell silent, whoever made it. */
  #cutReply(): void {
    this.#replies.end();
    this.#keepLateChunks(this.#delivery.cut());
  }

  #keepLateChunks(rest: readonly Parcel[]): void {
    const { faults } = this.#ports;
    if (rest.length === 0) return;
    const late = faults.find('late-chunks');
    for (const parcel of rest.slice(0, late?.count ?? 0)) this.#sendParcel(parcel);
    // The rest holds what was left over before: without a bound, every reply would carry all of them along.
    if (faults.has('replies-interleaved')) this.#leftOver = rest.slice(0, MAX_LEFT_OVER);
  }

  get #isSpeaking(): boolean {
    return this.#agent.isSpeaking || !this.#delivery.isIdle;
  }

  #findBargeTarget(): BargeTarget {
    const { lastSeq, current } = this.#replies;
    if (lastSeq === undefined) return 'silence';
    if (lastSeq === this.#bargedSeq) return 'repeated';
    const silentMs = this.#ports.services.clock.nowMs() - (current?.spokenAtMs ?? Number.POSITIVE_INFINITY);
    return this.#isSpeaking || silentMs <= STILL_PLAYING_MS ? 'reply' : 'silence';
  }
}
