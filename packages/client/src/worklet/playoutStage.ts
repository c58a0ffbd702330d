// This file is the playout processor without the audio graph around it: commands and pulls in, reports out.
// Audio thread: nothing is allocated after construction but what posting a message costs the platform.
import type { Dsp } from '@voicewire/dsp-wasm';
import { Playout } from '../playout/playout.ts';
import type { PlayoutCommand, PlayoutMessage, PlayoutReport } from './playoutMessages.ts';

/** Reports per second; also sent when the ring has just run empty. */
const REPORTS_PER_SECOND = 10;

export class PlayoutStage {
  private readonly playout: Playout;
  private readonly report: PlayoutReport = {
    type: 'report',
    playedSamples: 0,
    discardedSamples: 0,
    underrunCount: 0,
    rmsDb: -100,
  };
  private readonly mark = {
    type: 'speechStarted' as 'speechStarted' | 'speechEnded' | 'flushed',
    streamSample: 0,
    outputFrame: 0,
  };
  private readonly framesPerReport: number;
  private framesSinceReport = 0;

  /** @param post Called with reused messages: it has to copy, as posting to a port does. */
  constructor(
    dsp: Dsp,
    streamSampleRate: number,
    outputSampleRate: number,
    private readonly post: (message: PlayoutMessage) => void,
  ) {
    this.framesPerReport = outputSampleRate / REPORTS_PER_SECOND;
    this.playout = new Playout({
      streamSampleRate,
      outputSampleRate,
      resampler: dsp.createResampler({ inputSampleRate: streamSampleRate, outputSampleRate }),
      sink: {
        onSpeechStarted: (streamSample, outputFrame) => this.postMark('speechStarted', streamSample, outputFrame),
        onSpeechEnded: (streamSample, outputFrame) => this.postMark('speechEnded', streamSample, outputFrame),
        onFlushed: (streamSample, outputFrame) => this.postMark('flushed', streamSample, outputFrame),
      },
    });
  }

  /** Message path, not the audio callback. */
  command(command: Exclude<PlayoutCommand, { type: 'stop' }>): void {
    if (command.type === 'write') this.playout.write(command.pcm);
    else if (command.type === 'flush') this.playout.flush(command.upstreamSamples);
    else this.playout.setVolume(command.gain);
  }

  /** Audio callback: fills `output`. */
  pull(output: Float32Array, outputFrame: number): void {
    const hadAudio = this.playout.bufferedSamples > 0;
    this.playout.pull(output, outputFrame);
    this.framesSinceReport += output.length;
    const ranEmpty = hadAudio && this.playout.bufferedSamples === 0;
    if (ranEmpty || this.framesSinceReport >= this.framesPerReport) this.postReport();
  }

  private postReport(): void {
    const { report, playout } = this;
    this.framesSinceReport = 0;
    report.playedSamples = playout.playedSamples;
    report.discardedSamples = playout.discardedSamples;
    report.underrunCount = playout.underrunCount;
    report.rmsDb = playout.takeRmsDb();
    this.post(report);
  }

  private postMark(type: 'speechStarted' | 'speechEnded' | 'flushed', streamSample: number, outputFrame: number): void {
    const { mark } = this;
    mark.type = type;
    mark.streamSample = streamSample;
    mark.outputFrame = outputFrame;
    this.post(mark);
  }
}
