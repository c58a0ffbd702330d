// This file connects the page's parts: what is pressed starts, ends or changes a call, and what happens in it is shown.
import { BrowserAudio, type VoiceSession } from '@voicewire/client/browser';
import type { Vendor } from '@voicewire/protocol';
import { createVendor } from './call/agents.ts';
import { createCall } from './call/call.ts';
import { INITIAL_CALL_STATE, isLive, reduceCall, type CallAction, type CallState } from './call/callState.ts';
import { problemOf } from './call/problem.ts';
import type { DebugHandle } from './debug/debugAudio.ts';
import type { PageSwitches } from './pageSwitches.ts';
import { Timeline } from './timeline/timeline.ts';
import { TimelineCanvas } from './timeline/timelineCanvas.ts';
import { AgentPicker } from './view/agentPicker.ts';
import { DevicePickers } from './view/devicePickers.ts';
import type { PageElements } from './view/elements.ts';
import { EventLog } from './view/eventLog.ts';
import { showFigures, wordFigures } from './view/figures.ts';
import { FrameLoop } from './view/frameLoop.ts';
import { AGENT_BALLISTICS, MICROPHONE_BALLISTICS } from './view/levelFollower.ts';
import { Meter } from './view/meter.ts';
import { NotePanel } from './view/notePanel.ts';
import { OptionsForm } from './view/optionsForm.ts';
import { renderCall } from './view/renderCall.ts';

/** Of the player, where the agent's compressed audio does not tell its rate; Hz. */
const USUAL_SAMPLE_RATE = 44_100;
/** Figures that change faster cannot be read. */
const FIGURES_EVERY_MS = 500;

export class App {
  readonly options: OptionsForm;
  readonly log: EventLog;
  readonly agents: AgentPicker;
  private readonly devices: DevicePickers;
  private readonly notes: NotePanel;
  private readonly audio: BrowserAudio;
  private readonly timeline = new Timeline();
  private readonly timelineCanvas: TimelineCanvas;
  private readonly microphoneMeter: Meter;
  private readonly agentMeter: Meter;
  private readonly reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  private readonly frames = new FrameLoop((nowMs) => this.drawFrame(nowMs));
  private state: CallState = INITIAL_CALL_STATE;
  private session: VoiceSession | null = null;
  private vendor: Vendor | null = null;
  private agentDelayMs: number | null = null;
  private figuresAtMs = -Infinity;

  /** @param debug In debug mode, what the console gets. */
  constructor(
    private readonly page: PageElements,
    private readonly switches: PageSwitches,
    private readonly debug: DebugHandle | null,
  ) {
    this.audio = debug?.audio ?? new BrowserAudio();
    this.options = new OptionsForm(page.options, switches.isMicrophoneRaw);
    this.log = new EventLog(page.log, page.logEmpty, () => performance.now());
    this.devices = new DevicePickers(page.devices, (thrown) =>
      this.log.add('device', problemOf(thrown, 'notice').text),
    );
    this.timelineCanvas = new TimelineCanvas(page.timeline, this.timeline);
    this.microphoneMeter = new Meter(page.microphoneMeter, page.microphoneValue, MICROPHONE_BALLISTICS);
    this.agentMeter = new Meter(page.agentMeter, page.agentValue, AGENT_BALLISTICS);
    this.notes = new NotePanel(page.notes, {
      audio: this.audio,
      tokenQuery: switches.tokenQuery,
      meter: this.microphoneMeter,
      microphone: () => this.options.microphone,
      isMotionReduced: () => this.reducedMotion.matches,
      log: (name, text) => this.log.add(name, text),
      onBegun: () => this.log.restartClock(),
    });
    this.agents = new AgentPicker(page.agent, (agent) => this.notes.follow(agent));
    this.options.onVolumeChanged((volume) => this.session?.setVolume(volume));
    renderCall(page, this.state);
  }

  /**
   * The big button: starts a call, or ends the one there is; pressed while a call ends, it hurries that up.
   * Call it from a click or a key press.
   */
  toggleCall(): void {
    if (isLive(this.state.status)) this.hangUp();
    else this.startCall();
  }

  toggleMute(): void {
    this.dispatch({ type: 'muteToggled' });
    this.session?.setMicMuted(this.state.isMuted);
    this.microphoneMeter.setSilentWord(this.state.isMuted ? 'muted' : 'silent');
    if (!isLive(this.state.status)) this.microphoneMeter.rest();
    this.log.add('microphone', this.state.isMuted ? 'muted' : 'open');
  }

  /** Cuts the agent off. */
  interrupt(): void {
    this.session?.interrupt();
  }

  /** Says what is written, where the agent reads. */
  write(): void {
    const text = this.page.text.value.trim();
    if (text === '' || this.session === null) return;
    this.page.text.value = '';
    this.log.add('written', text);
    this.session.sendUserMessage(text).catch((thrown: unknown) => {
      this.dispatch({ type: 'problemArose', problem: problemOf(thrown, 'notice') });
    });
  }

  /** Where the vendor keeps a conversation that was only left, it would stand in the way of the next call: it is finished. */
  private hangUp(): void {
    const { session, vendor, state } = this;
    if (session === null) return;
    const canFinish = vendor?.capabilities.commands.some((command) => command === 'finish') === true;
    if (!canFinish || state.status !== 'connected' || state.isFinishing) return void session.disconnect();
    this.dispatch({ type: 'finishBegun' });
    session.interrupt();
    // What cannot be finished is left.
    session.finish().catch(() => session.disconnect());
  }

  private startCall(): void {
    const vendor = createVendor(this.agents.chosen, this.switches.tokenQuery);
    this.vendor = vendor;
    this.page.writing.hidden = !vendor.capabilities.commands.some((command) => command === 'sendUserMessage');
    this.log.restartClock();
    this.timeline.clear();
    this.agentDelayMs = null;
    this.dispatch({ type: 'callStarted' });
    const session = createCall(
      {
        vendor,
        microphone: this.options.microphone,
        audio: this.audio,
        isMuted: this.state.isMuted,
        volume: this.options.volume,
      },
      {
        dispatch: (action) => this.dispatch(action),
        log: (name, text) => this.log.add(name, text),
        agentAudible: (atMs) => this.timeline.beginAgentSpeech(atMs),
        agentSilent: (atMs) => this.timeline.endAgentSpeech(atMs),
        agentDelayed: (delayMs) => (this.agentDelayMs = delayMs),
      },
    );
    this.session = session;
    if (this.debug !== null) this.debug.session = session;
    session.connect().then(
      () => this.devices.follow(session),
      (thrown: unknown) => this.reportFailure(thrown),
    );
  }

  /** Whoever pressed "Cancel" knows why there is no call. */
  private reportFailure(thrown: unknown): void {
    const problem = problemOf(thrown, 'failure');
    this.log.add('connect failed', `${problem.code}: ${problem.text}`);
    if (problem.code === 'connect-aborted') this.dispatch({ type: 'callEnded', code: 'user' });
    else this.dispatch({ type: 'problemArose', problem });
  }

  private dispatch(action: CallAction): void {
    const wasLive = isLive(this.state.status);
    this.state = reduceCall(this.state, action);
    renderCall(this.page, this.state);
    const live = isLive(this.state.status);
    if (live !== wasLive) this.notes.setCallLive(live);
    if (live && !wasLive) this.frames.start();
    if (!live && wasLive) this.comeToRest();
  }

  private drawFrame(nowMs: number): void {
    const { session } = this;
    if (session === null) return;
    const isMotionReduced = this.reducedMotion.matches;
    const userLevel = session.getInputLevel();
    const agentLevel = session.getOutputLevel();
    this.microphoneMeter.show(userLevel, nowMs, isMotionReduced);
    this.agentMeter.show(agentLevel, nowMs, isMotionReduced);
    this.timeline.addLevels(nowMs, userLevel, agentLevel);
    this.timelineCanvas.draw(nowMs, isMotionReduced);
    if (nowMs - this.figuresAtMs >= FIGURES_EVERY_MS) this.showFigures(session, nowMs);
  }

  private showFigures(session: VoiceSession, nowMs: number): void {
    this.figuresAtMs = nowMs;
    const agentSampleRate = this.vendor?.capabilities.downlinkAudio.sampleRate ?? USUAL_SAMPLE_RATE;
    const measured = { stats: session.stats(), agentDelayMs: this.agentDelayMs, agentSampleRate };
    showFigures(this.page.figures, wordFigures(measured));
  }

  /** The call is over: nothing moves, and the strip and the figures stay as the last things seen of it. */
  private comeToRest(): void {
    const nowMs = performance.now();
    this.frames.stop();
    this.devices.rest();
    this.microphoneMeter.rest();
    this.agentMeter.rest();
    this.timeline.endAgentSpeech(nowMs);
    this.timelineCanvas.draw(nowMs, false);
    if (this.session !== null) this.showFigures(this.session, nowMs);
  }
}
