// This file shares one microphone among its users: opened with the first, released with the last, exchanged in mid-call.
import { createVoiceError, type VoiceError } from '../errors.ts';
import { DEFAULT_DEVICE_ID } from '../ports/audioDevices.ts';
import { constraintsOf, errorOfRefusal, type MicrophoneOptions } from './microphoneConstraints.ts';

/** A node of a session that listens. */
export interface MicrophoneListener {
  readonly node: AudioNode;
  /** There is no microphone any more. */
  onEnded(error: VoiceError): void;
}

/** One user's part in the microphone. */
export interface MicrophoneLease {
  readonly opened: Promise<void>;
  /** Leads the microphone into a node, until the release. */
  connect(context: BaseAudioContext, listener: MicrophoneListener): void;
  /** The last one closes the device. Once is enough. */
  release(): void;
}

/** One opened device. */
interface Opened {
  readonly stream: MediaStream;
  /** Null until the first listener says in which context. */
  source: MediaStreamAudioSourceNode | null;
  /** Aborted when it is of no interest any more. */
  readonly watch: AbortController;
}

export class SharedMicrophone {
  /** The microphone that was chosen. */
  deviceId: string | null = null;
  /** What the user is being asked, if anything. Never rejects. */
  question: Promise<unknown> | null = null;
  private userCount = 0;
  /** Counts last releases: what an earlier opening still brings is closed at once. */
  private epoch = 0;
  private exchanging: Promise<unknown> = Promise.resolve();
  private opening: Promise<void> | null = null;
  private opened: Opened | null = null;
  private processing: MicrophoneOptions = {};
  private readonly listeners = new Set<MicrophoneListener>();

  /**
   * @param ownStream A stream of the page's own: it is listened to, and never stopped.
   * @param onReplaced The device is gone, and the system's choice has taken its place.
   */
  constructor(
    private readonly ownStream: MediaStream | undefined,
    private readonly onReplaced: () => void,
  ) {}

  /**
   * Opens the microphone, or joins the open one: then the options of the first hold.
   * `opened` rejects with `microphone-denied`, `microphone-not-found`, `microphone-failed`, `audio-unsupported`.
   */
  lease(options: MicrophoneOptions): MicrophoneLease {
    this.userCount += 1;
    if (this.opening === null) {
      this.processing = options;
      this.opening = this.open(this.deviceId ?? options.deviceId ?? DEFAULT_DEVICE_ID);
    }
    let disconnect: (() => void) | null = null;
    let isReleased = false;
    return {
      opened: this.opening,
      connect: (context, listener) => {
        disconnect = this.connect(context, listener);
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        disconnect?.();
        this.release();
      },
    };
  }

  private release(): void {
    this.userCount -= 1;
    if (this.userCount > 0) return;
    const { opened } = this;
    this.epoch += 1;
    this.opening = null;
    this.opened = null;
    this.question = null;
    if (opened !== null) this.close(opened);
  }

  private connect(context: BaseAudioContext, listener: MicrophoneListener): () => void {
    const { opened } = this;
    if (opened === null) throw createVoiceError('microphone-ended', 'The microphone is not open.');
    opened.source ??= (context as AudioContext).createMediaStreamSource(opened.stream);
    opened.source.connect(listener.node);
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      this.opened?.source?.disconnect(listener.node);
    };
  }

  /** What the browser says of the device's own delay; it does not measure it. Null: not reported. */
  get latencyMs(): number | null {
    const settings: MediaTrackSettings & { latency?: number } =
      this.opened?.stream.getAudioTracks()[0]?.getSettings() ?? {};
    return settings.latency === undefined ? null : settings.latency * 1000;
  }

  /** The device that is open, or would be. */
  get currentId(): string {
    const settings = this.opened?.stream.getAudioTracks()[0]?.getSettings();
    return settings?.deviceId ?? this.deviceId ?? this.processing.deviceId ?? DEFAULT_DEVICE_ID;
  }

  /** Another device, now or for the next opening. When it cannot be had, the one before it stays. */
  async select(deviceId: string): Promise<void> {
    if (this.ownStream !== undefined) {
      throw createVoiceError('device-not-selectable', 'The microphone is a stream that the page brought along.');
    }
    if (this.opening !== null) await this.exchange(deviceId);
    this.deviceId = deviceId;
  }

  private async open(deviceId: string): Promise<void> {
    const { epoch } = this;
    const opened = await this.ask(deviceId);
    if (epoch !== this.epoch) {
      // Granted to somebody who has left meanwhile.
      this.close(opened);
      throw createVoiceError('connect-aborted', 'The microphone was released while it was being opened.');
    }
    this.adopt(opened);
  }

  private async ask(deviceId: string): Promise<Opened> {
    if (this.ownStream !== undefined) return openedOf(this.ownStream);
    if (navigator.mediaDevices === undefined) {
      throw createVoiceError(
        'audio-unsupported',
        'This page has no access to microphones; it needs https or localhost.',
      );
    }
    const asking = navigator.mediaDevices.getUserMedia(constraintsOf(this.processing, deviceId));
    const question = asking
      .catch(() => undefined)
      .then(() => void (this.question === question && (this.question = null)));
    this.question = question;
    try {
      return openedOf(await asking);
    } catch (cause) {
      throw errorOfRefusal(cause);
    }
  }

  /** One after the other, so that the last wish is the one that holds. */
  private exchange(deviceId: string): Promise<void> {
    const exchange = this.exchanging.then(() => this.opening).then(() => this.exchangeNow(deviceId));
    this.exchanging = exchange.catch(() => undefined);
    return exchange;
  }

  /** Listeners hear the next device without being rebuilt, so their sample line does not break. */
  private async exchangeNow(deviceId: string): Promise<void> {
    const next = await this.ask(deviceId);
    const before = this.opened;
    if (before === null) {
      this.close(next);
      throw createVoiceError('not-connected', 'The session ended while the microphone was being exchanged.');
    }
    const context = before.source?.context;
    if (context !== undefined) {
      next.source = (context as AudioContext).createMediaStreamSource(next.stream);
      for (const { node } of this.listeners) next.source.connect(node);
    }
    this.adopt(next);
    this.close(before);
  }

  private adopt(opened: Opened): void {
    this.opened = opened;
    const { signal } = opened.watch;
    for (const track of opened.stream.getAudioTracks()) {
      track.addEventListener('ended', () => void this.recover(), { signal });
    }
  }

  /** Unplugged, or no longer allowed: only asking again tells which. */
  private async recover(): Promise<void> {
    try {
      if (this.ownStream !== undefined) throw createVoiceError('microphone-ended', "The page's own stream has ended.");
      await this.exchange(DEFAULT_DEVICE_ID);
      this.deviceId = DEFAULT_DEVICE_ID;
      this.onReplaced();
    } catch (cause) {
      const error = createVoiceError('microphone-ended', 'The microphone stopped delivering.', { cause });
      for (const listener of [...this.listeners]) listener.onEnded(error);
    }
  }

  private close({ stream, source, watch }: Opened): void {
    watch.abort();
    source?.disconnect();
    if (stream === this.ownStream) return;
    for (const track of stream.getTracks()) track.stop();
  }
}

function openedOf(stream: MediaStream): Opened {
  return { stream, source: null, watch: new AbortController() };
}
