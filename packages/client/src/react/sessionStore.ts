// This file is a session as a store: a snapshot that changes when, and only when, something to show has changed.
import { VoiceError } from '../errors.ts';
import type { DisconnectReason } from '../session/disconnectReason.ts';
import type { SessionEventName, SessionEvents } from '../session/events.ts';
import type { AgentState, SessionStatus } from '../session/status.ts';
import type { VoiceSession } from '../session/session.ts';
import { addAgentText, addUserText, completeAgentTurn, interruptAgent, type Transcript } from './transcript.ts';

/** What there is to show of a session. Levels are not in it: they change with every frame. */
export interface SessionView {
  readonly status: SessionStatus;
  readonly agentState: AgentState;
  readonly isMicMuted: boolean;
  /** The browser waits for a click that calls `unlockAudio`. */
  readonly isPlaybackBlocked: boolean;
  readonly transcript: Transcript;
  /** Why the last `connect` failed, or what went wrong since; null after the next `connect`. */
  readonly error: VoiceError | null;
  /** Why the last session ended; null while there is one. */
  readonly ended: DisconnectReason | null;
}

export const INITIAL_VIEW: SessionView = {
  status: 'disconnected',
  agentState: 'idle',
  isMicMuted: false,
  isPlaybackBlocked: false,
  transcript: [],
  error: null,
  ended: null,
};

/** What each event changes. */
const CHANGES: {
  readonly [Name in SessionEventName]?: (view: SessionView, event: SessionEvents[Name]) => Partial<SessionView>;
} = {
  statusChanged: (view, { status }) => ({
    status,
    isPlaybackBlocked: status === 'connecting' && view.isPlaybackBlocked,
  }),
  agentStateChanged: (_view, { agentState }) => ({ agentState }),
  transcript: (view, event) => ({ transcript: addUserText(view.transcript, event) }),
  agentText: (view, event) => ({ transcript: addAgentText(view.transcript, event) }),
  turnCompleted: (view, event) => ({ transcript: completeAgentTurn(view.transcript, event) }),
  interrupted: (view) => ({ transcript: interruptAgent(view.transcript) }),
  playbackBlocked: () => ({ isPlaybackBlocked: true }),
  error: (_view, error) => ({ error }),
  disconnected: (_view, ended) => ({ ended, agentState: 'idle' }),
};

export class SessionStore {
  private view: SessionView = INITIAL_VIEW;
  private readonly watchers = new Set<() => void>();
  private unlisten: (() => void)[] = [];

  constructor(readonly session: VoiceSession) {}

  /** The session is listened to while anybody watches. */
  readonly subscribe = (watcher: () => void): (() => void) => {
    if (this.watchers.size === 0) this.listen();
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size > 0) return;
      for (const stop of this.unlisten) stop();
      this.unlisten = [];
    };
  };

  /** The same object until something has changed. */
  readonly snapshot = (): SessionView => this.view;

  /** Never rejects: what went wrong is in the view. A conversation that starts anew has a new transcript. */
  readonly connect = async (): Promise<void> => {
    if (this.view.status === 'disconnected' || this.view.status === 'failed') {
      this.change({ error: null, ended: null, transcript: [] });
    }
    try {
      await this.session.connect();
    } catch (error) {
      // Whoever disconnects knows it.
      if (error instanceof VoiceError && error.code !== 'connect-aborted') this.change({ error });
    }
  };

  readonly disconnect = (): Promise<void> => this.session.disconnect();

  readonly setMicMuted = (isMicMuted: boolean): void => {
    this.session.setMicMuted(isMicMuted);
    this.change({ isMicMuted });
  };

  /** Call it from a click. Never rejects. */
  readonly unlockAudio = async (): Promise<void> => {
    try {
      await this.session.unlockAudio();
      this.change({ isPlaybackBlocked: false });
    } catch (error) {
      if (error instanceof VoiceError) this.change({ error });
    }
  };

  private listen(): void {
    const { session } = this;
    this.change({ status: session.status, agentState: session.agentState, isMicMuted: session.isMicMuted });
    for (const name of Object.keys(CHANGES) as SessionEventName[]) this.listenTo(name);
  }

  private listenTo<Name extends SessionEventName>(name: Name): void {
    const changeOf = CHANGES[name];
    if (changeOf === undefined) return;
    this.unlisten.push(this.session.on(name, (event) => this.change(changeOf(this.view, event))));
  }

  private change(change: Partial<SessionView>): void {
    const names = Object.keys(change) as (keyof SessionView)[];
    if (names.every((name) => this.view[name] === change[name])) return;
    this.view = { ...this.view, ...change };
    for (const watcher of [...this.watchers]) watcher();
  }
}
