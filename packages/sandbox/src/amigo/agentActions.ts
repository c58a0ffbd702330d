// This file tells what the agent is doing, as far as the client asked for it, and bridges its longer waits with fillers.
import type { AgentAction, ServerMessage } from '@voicewire/protocol/amigo';
import { encodeBase64 } from '@voicewire/protocol/wire';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import { FILLERS } from '../agents/lines.ts';
import type { ActionFilter } from '../amigo-shared/actionFilter.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { pick } from '../random.ts';
import type { Voice } from '../speech/voice.ts';
import { encodeWav } from '../speech/wavFile.ts';
import type { AmigoFaults } from './faults.ts';
import type { AmigoSettings } from './options.ts';

const FILLER_TYPE = 'action-too-long';
/** The one tool of the sandbox's agents: they measure what they hear. */
const TOOL = { tool_id: 'measure-speech', tool_version: '1', tool_round_index: 0 } as const;
const LIST_CHUNK_BYTES = 26;

/** What actions are told with. */
export interface AgentActionsPorts {
  readonly clock: Clock;
  readonly settings: AmigoSettings;
  /** Nothing passes without permission. */
  readonly filter: ActionFilter;
  readonly faults: AmigoFaults;
  readonly voice: Voice;
  readonly random: Random;
  readonly send: (message: ServerMessage) => void;
}

/** Tells actions on one connection. */
export class AgentActions {
  readonly #ports: AgentActionsPorts;
  #startedAtMs: number | undefined;
  #fillerTimer: unknown;

  constructor(ports: AgentActionsPorts) {
    this.#ports = ports;
  }

  /**
   * The agent begins to think about its next words.
   *
   * @param isAsked Whether somebody waits for them, and hears a filler when it takes long.
   */
  startThinking(isAsked: boolean): void {
    this.stopThinking();
    const { clock, settings, faults } = this.#ports;
    this.#startedAtMs = clock.nowMs();
    this.#tell({ type: 'tool-call-started', ...TOOL, input_params: {} });
    if (this.#hasFillerFault && !faults.has('filler-late')) this.#sayFiller();
    if (!isAsked || settings.fillerAfterMs === 'never') return;
    this.#fillerTimer = clock.setTimer(settings.fillerAfterMs, () => this.#sayFiller());
  }

  /** The agent knows its answer. */
  endThinking(): void {
    if (this.#startedAtMs === undefined) return;
    const duration = (this.#ports.clock.nowMs() - this.#startedAtMs) / 1000;
    this.stopThinking();
    this.#tell({ type: 'tool-call-ended', ...TOOL, input_parameters: {}, result: 'measured', duration });
  }

  /** Nobody waits for the answer any more. */
  stopThinking(): void {
    this.#startedAtMs = undefined;
    if (this.#fillerTimer !== undefined) this.#ports.clock.clearTimer(this.#fillerTimer);
    this.#fillerTimer = undefined;
  }

  /** The first audio of a reply has left. */
  speechStarted(): void {
    if (this.#ports.faults.has('filler-late')) this.#sayFiller();
  }

  #sayFiller(): void {
    const { faults, filter, send } = this.#ports;
    const filler = this.#makeFiller();
    if (!faults.has('filler-top-level')) this.#tell({ type: FILLER_TYPE, filler, previously_started_event: null });
    else if (filter.matches(FILLER_TYPE)) send({ type: 'server.action-too-long', filler });
  }

  get #hasFillerFault(): boolean {
    const names = ['filler-wav', 'filler-text', 'filler-list-chunk', 'filler-empty', 'filler-top-level'] as const;
    return names.some((name) => this.#ports.faults.has(name));
  }

  #makeFiller(): string {
    const { faults, voice, random } = this.#ports;
    const text = pick(random, FILLERS);
    const pcm = voice.render(text);
    // A synthesizer would take as long as what the filler is to bridge.
    if (faults.has('filler-text') || !(pcm instanceof Int16Array)) return text;
    const listBytes = faults.has('filler-list-chunk') ? LIST_CHUNK_BYTES : 0;
    const samples = faults.has('filler-empty') ? new Int16Array(0) : pcm;
    return encodeBase64(encodeWav(samples, AGENT_SAMPLE_RATE, { listBytes }));
  }

  #tell(action: AgentAction): void {
    if (this.#ports.filter.matches(action.type)) this.#ports.send({ type: 'server.current-agent-action', action });
  }
}
