// This file sends voice notes, one after the other, in one conversation, and tells the page what becomes of them.
import {
  fetchCredentials,
  recordVoiceNote,
  sendVoiceNote,
  VoiceError,
  type BrowserAudio,
  type MicrophoneOptions,
  type NoteRecording,
} from '@voicewire/client/browser';
import { amigoNotes } from '@voicewire/protocol/amigo-notes';
import type { NoteAction } from './noteState.ts';
import { describeNoteEvent } from './noteText.ts';
import { problemOf } from './problem.ts';

export interface NoteSettings {
  readonly organization: string;
  readonly audio: BrowserAudio;
  /** For the sandbox: faults that it is to show. With its `?`, or empty. */
  readonly tokenQuery: string;
}

export interface NoteListeners {
  readonly dispatch: (action: NoteAction) => void;
  /** One line for the log. */
  readonly log: (name: string, text: string) => void;
}

/** What is sent, kept until something else is: a person may want to send it again. */
type Content = { readonly text: string } | { readonly recording: NoteRecording } | { readonly file: Uint8Array };

/** What this page's own server answers; its token opens nothing but that server. */
interface NoteAccess {
  readonly token: string;
  readonly conversationId: string;
}

export class NoteSender {
  private talk: Promise<ReturnType<NoteSender['createTalk']>> | null = null;
  private isTalkOver = false;
  private last: Content | null = null;
  private recording: NoteRecording | null = null;
  private abort: AbortController | null = null;

  constructor(
    private readonly settings: NoteSettings,
    private readonly listeners: NoteListeners,
  ) {}

  /** From 0 to 1; 0 while nothing is recorded. */
  get inputLevel(): number {
    return this.recording?.getInputLevel() ?? 0;
  }

  /** Begins a recording; call it from a click. It is sent by `stop()`. */
  record(microphone: MicrophoneOptions): void {
    this.recording = recordVoiceNote({ microphone, audio: this.settings.audio });
    this.listeners.dispatch({ type: 'recordingBegun' });
    void this.send({ recording: this.recording });
  }

  stop(): void {
    this.listeners.dispatch({ type: 'sent' });
    void this.recording?.stop();
  }

  write(text: string): void {
    this.listeners.log('written', text);
    this.listeners.dispatch({ type: 'sent' });
    void this.send({ text });
  }

  /** The last one once more: only a person can say that it may be said twice. */
  sendAgain(): void {
    if (this.last === null) return;
    this.listeners.dispatch({ type: 'sent' });
    void this.send(this.last);
  }

  /** Ends whatever is under way: recording, request and sound. */
  cancel(): void {
    this.abort?.abort();
  }

  private async send(content: Content): Promise<void> {
    const { dispatch, log } = this.listeners;
    const { audio } = this.settings;
    const abort = new AbortController();
    this.abort = abort;
    // Now, in the click: later the browser may not let sound through. What keeps it closed is told when there is sound.
    audio.context.acquire().catch(() => undefined);
    try {
      const { vendor, conversation } = await this.openTalk();
      const note = { vendor, conversation, signal: abort.signal, output: audio };
      for await (const event of sendVoiceNote({ ...note, ...contentOf(content) })) {
        const text = describeNoteEvent(event);
        if (text !== null) log(event.type, text);
        if (event.type === 'noteCompleted') this.isTalkOver = event.isConversationOver;
        dispatch({ type: 'eventArrived', event });
      }
    } catch (thrown) {
      this.report(thrown);
    } finally {
      // Where nobody came to send it, the microphone is still open.
      if ('recording' in content) await content.recording.stop();
      this.last = 'recording' in content ? { file: content.recording.toWav() } : content;
      this.recording = null;
      await audio.context.release();
    }
  }

  private report(thrown: unknown): void {
    const { dispatch, log } = this.listeners;
    const problem = problemOf(thrown, 'failure');
    log('note failed', `${problem.code}: ${problem.text}`);
    if (problem.code === 'note-aborted') return dispatch({ type: 'cancelled' });
    // Where the note may have been taken, the sentence says so, and a person decides.
    const mayAsk = thrown instanceof VoiceError && thrown.details['retry'] === 'ask';
    dispatch({ type: 'failed', problem: { ...problem, canRetry: problem.canRetry || mayAsk } });
  }

  private openTalk() {
    if (this.isTalkOver) this.talk = null;
    this.talk ??= this.askForAccess().then((access) => this.createTalk(access));
    const opened = this.talk;
    // The next note tries again.
    opened.catch(() => (this.talk = this.talk === opened ? null : this.talk));
    return opened;
  }

  private askForAccess(): Promise<NoteAccess> {
    const query = new URLSearchParams(this.settings.tokenQuery);
    if (this.isTalkOver) query.set('over', '');
    this.isTalkOver = false;
    return fetchCredentials<NoteAccess>(`/note-token${query.size > 0 ? `?${query.toString()}` : ''}`);
  }

  private createTalk(first: NoteAccess) {
    const vendor = amigoNotes({
      organization: this.settings.organization,
      baseUrl: new URL('/amigo-notes', location.href).href,
      conversationId: first.conversationId,
      credentials: () => this.askForAccess(),
    });
    return { vendor, conversation: vendor.createConversation() };
  }
}

function contentOf(content: Content) {
  if ('text' in content) return content;
  return { audio: 'recording' in content ? content.recording : content.file };
}
