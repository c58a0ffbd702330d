// This file passes on what the vendor says and the reducer does not decide: sound to the downlink, words to the listeners.
import type { SessionEvent } from '@voicewire/protocol';
import { createVoiceError } from '../errors.ts';
import type { CallAudio } from './callAudio.ts';
import type { SessionEmitter } from './events.ts';

/** What happens to a vendor's event. */
export interface VendorEventSink {
  readonly emitter: SessionEmitter;
  readonly audio: CallAudio;
  /** The vendor's silence means that the connection is dead. */
  onDeadConnection(silentMs: number): void;
}

export function passOn(event: SessionEvent, receivedMs: number, sink: VendorEventSink): void {
  const { emitter, audio } = sink;
  const { downlink } = audio;
  switch (event.type) {
    case 'agentAudio':
      return downlink.push(event, receivedMs);
    case 'agentAudioEnded':
      return downlink.end(event.generation, event.streamId);
    case 'filler':
      if (event.content.kind === 'audio') downlink.playFiller(event.content.bytes, event.content.format, receivedMs);
      return;
    case 'interrupted':
      // The vendor cut the agent off: what is queued must not be heard.
      return audio.interrupt(receivedMs, event.generation);
    case 'userSpeechStarted': {
      const { type: _type, ...times } = event;
      return emitter.emit('userSpeechStarted', times);
    }
    case 'userSpeechEnded': {
      const { type: _type, ...times } = event;
      return emitter.emit('userSpeechEnded', times);
    }
    case 'transcript':
      return emitter.emit('transcript', { text: event.text, isFinal: event.isFinal });
    case 'agentText': {
      if (!downlink.addText(event)) return;
      const { type: _type, ...text } = event;
      return emitter.emit('agentText', text);
    }
    case 'turnCompleted': {
      const { type: _type, ...turn } = event;
      return emitter.emit('turnCompleted', turn);
    }
    case 'agentAction':
      return emitter.emit('agentAction', { actionType: event.actionType, action: event.action });
    case 'waitExpired': {
      if (event.isFatal === true) return sink.onDeadConnection(event.limitMs);
      const details = { awaited: event.awaited, limitMs: event.limitMs };
      return emitter.emit('error', createVoiceError('answer-overdue', 'The server owes an answer.', { details }));
    }
    default:
      // The rest is the reducer's, or concerns only the vendor's own session.
      return undefined;
  }
}
