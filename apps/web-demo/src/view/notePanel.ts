// This file is the part of the page that sends voice notes: its buttons, its words, and the microphone's meter meanwhile.
import type { BrowserAudio, MicrophoneOptions } from '@voicewire/client/browser';
import type { Agent } from '../call/agents.ts';
import { NoteSender } from '../call/noteSender.ts';
import {
  describeNote,
  describeNoteButton,
  INITIAL_NOTE_STATE,
  reduceNote,
  type NoteAction,
  type NoteState,
} from '../call/noteState.ts';
import type { PageElements } from './elements.ts';
import { FrameLoop } from './frameLoop.ts';
import type { Meter } from './meter.ts';
import { renderProblem, setText } from './renderCall.ts';

export interface NotePanelSettings {
  readonly audio: BrowserAudio;
  /** With its `?`, or empty. */
  readonly tokenQuery: string;
  readonly meter: Meter;
  readonly microphone: () => MicrophoneOptions;
  readonly isMotionReduced: () => boolean;
  /** One line for the log. */
  readonly log: (name: string, text: string) => void;
  /** A note begins: the log's times count from now. */
  readonly onBegun: () => void;
}

export class NotePanel {
  private readonly frames = new FrameLoop((nowMs) => this.drawFrame(nowMs));
  private sender: NoteSender | null = null;
  private state: NoteState = INITIAL_NOTE_STATE;
  private isCallLive = false;

  constructor(
    private readonly page: PageElements['notes'],
    private readonly settings: NotePanelSettings,
  ) {
    page.recordButton.addEventListener('click', () => this.press());
    page.discardButton.addEventListener('click', () => {
      this.sender?.cancel();
      page.recordButton.focus();
    });
    page.problem.retryButton.addEventListener('click', () => {
      this.begin((sender) => sender.sendAgain());
      page.recordButton.focus();
    });
    page.writing.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = page.text.value.trim();
      if (text === '' || this.state.phase !== 'idle') return;
      page.text.value = '';
      // The button that was pressed is of no use now, and would take the keyboard's place with it.
      page.text.focus();
      this.begin((sender) => sender.write(text));
    });
    this.render();
  }

  /** Shows the panel where the agent takes notes. Another agent is another conversation. */
  follow(agent: Agent): void {
    this.sender?.cancel();
    this.sender = null;
    const takesNotes = agent.vendor === 'amigo' && agent.takesNotes === true;
    this.page.panel.hidden = !takesNotes;
    if (!takesNotes) return;
    const { organization } = agent;
    const { audio, tokenQuery, log } = this.settings;
    const dispatch = (action: NoteAction): void => this.dispatch(action);
    this.sender = new NoteSender({ organization, audio, tokenQuery }, { dispatch, log });
  }

  /** A call has the microphone and the agent's ear: no note meanwhile. */
  setCallLive(isLive: boolean): void {
    this.isCallLive = isLive;
    if (isLive) this.sender?.cancel();
    this.render();
  }

  /** The button does what it says: records, sends, or gives up. */
  private press(): void {
    if (this.state.phase === 'recording') this.sender?.stop();
    else if (this.state.phase !== 'idle') this.sender?.cancel();
    else this.begin((sender) => sender.record(this.settings.microphone()));
  }

  private begin(start: (sender: NoteSender) => void): void {
    if (this.sender === null || this.isCallLive || this.state.phase !== 'idle') return;
    this.settings.onBegun();
    start(this.sender);
  }

  private dispatch(action: NoteAction): void {
    const wasRecording = this.state.phase === 'recording';
    this.state = reduceNote(this.state, action);
    const isRecording = this.state.phase === 'recording';
    if (isRecording && !wasRecording) this.frames.start();
    if (!isRecording && wasRecording) this.comeToRest();
    this.render();
  }

  private render(): void {
    const { page, state } = this;
    const isIdle = state.phase === 'idle';
    setText(page.recordLabel, describeNoteButton(state));
    page.recordButton.dataset['kind'] = isIdle ? 'start' : 'stop';
    page.recordButton.disabled = page.text.disabled = this.isCallLive;
    page.sendButton.disabled = this.isCallLive || !isIdle;
    page.discardButton.disabled = state.phase !== 'recording';
    setText(page.status, this.isCallLive ? 'A note can be sent when the call is over.' : describeNote(state));
    page.exchange.hidden = state.heard === '' && state.reply === '';
    setText(page.heard, state.heard);
    setText(page.reply, state.reply);
    renderProblem(page.problem, state.problem);
  }

  private drawFrame(nowMs: number): void {
    if (this.sender === null) return;
    this.settings.meter.show(this.sender.inputLevel, nowMs, this.settings.isMotionReduced());
  }

  private comeToRest(): void {
    this.frames.stop();
    this.settings.meter.rest();
  }
}
