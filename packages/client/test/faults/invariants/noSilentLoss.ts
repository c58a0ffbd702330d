// This file watches what must not get lost without a word: speech of the user, words of the vendor, the conversation itself.
import type { ResumePoint } from '@voicewire/protocol';
import type { DisconnectReason, SessionEvents, SessionStats, SessionStatus } from '../../../src/index.ts';
import type { Invariant } from './invariant.ts';

const FRAME_MS = 20;
/** How a session says that its conversation cannot be gone on with. */
const GONE = 'conversation-gone';

/** Vendor events that a listener gets as they are, under the same name. */
const PASSED_ON = ['transcript', 'agentText', 'turnCompleted', 'userSpeechStarted', 'userSpeechEnded'] as const;

export const noSilentLoss: Invariant = {
  id: 'no silent loss',
  holds: 'no speech, transcript or conversation is lost without a word: each is sent or told of, and none comes twice',
  watch(report) {
    let lastFrame = -1;
    let captured = 0;
    let status: SessionStatus = 'disconnected';
    let congestedMs = 0;
    let lostMs = 0;
    let wireFrames = 0;
    let messageFrames = 1;
    let cuts = 0;
    let attempt = -1;
    /** The attempt that carries speech; one that is to take over is kept warm with zeros, which stand for nothing. */
    let held = -1;
    /** Attempts whose sockets are closed, by whichever side. While one takes over from another, both may speak. */
    const over = new Set<number>();
    const attemptOf = new Map<number, number>();
    let capturedMuted = 0;
    let resume: ResumePoint | undefined;
    const owed = new Map<string, number>();

    const balance = (name: string, change: number): void => {
      const left = (owed.get(name) ?? 0) + change;
      owed.set(name, left);
      if (left < 0) report(`${name} was told, and the vendor had not said it`);
    };
    const checkSpeech = ({ uplink }: SessionStats): void => {
      if (uplink === null) return;
      const { passedFrames, droppedBeforeOpenFrames, congestedFrames, lostFrames, mutedFrames } = uplink;
      const accounted = passedFrames + droppedBeforeOpenFrames + congestedFrames + lostFrames;
      // Where nothing is sent for muted speech, it is in no other count.
      if (accounted > captured || accounted < captured - mutedFrames)
        report(`${captured} frames were captured, ${accounted} accounted for and ${mutedFrames} muted`);
      // What the gate let through and no message carried was refused on its way; whole messages are, padding and all.
      const refused = Math.max(0, passedFrames - wireFrames);
      const told = congestedMs / FRAME_MS - congestedFrames;
      // On the wire, the padding of a message that a turn's end cut short looks like muted frames, and hides as many refused.
      const mostRefused = Math.max(0, passedFrames - wireFrames + cuts * (messageFrames - 1));
      if (told < refused || told > mostRefused * messageFrames)
        report(`${congestedFrames} frames were dropped and ${refused} refused, and ${congestedMs} ms told`);
      const mutedMs = capturedMuted * FRAME_MS;
      if (lostMs > lostFrames * FRAME_MS || lostMs < lostFrames * FRAME_MS - mutedMs)
        report(`${lostFrames * FRAME_MS} ms of speech were given up, and ${lostMs} ms told`);
    };
    return {
      see(observation) {
        switch (observation.type) {
          case 'inputStarted':
            captured = 0;
            capturedMuted = 0;
            congestedMs = 0;
            lostMs = 0;
            wireFrames = 0;
            cuts = 0;
            return;
          case 'called':
            if (observation.method === 'endUserTurn' || observation.method === 'finish') cuts += 1;
            return;
          case 'captured':
            captured += 1;
            if (observation.isMuted) capturedMuted += 1;
            return;
          case 'audioSent':
            if (observation.attempt === held) wireFrames += observation.frames.length;
            for (const frame of observation.frames) {
              if (frame === null) continue;
              if (frame <= lastFrame) report(`frame ${frame} left after frame ${lastFrame}`);
              lastFrame = Math.max(lastFrame, frame);
            }
            return;
          case 'attemptBegun': {
            attempt = observation.attempt;
            if (status !== 'connected' || held < 0) held = attempt;
            messageFrames = observation.capabilities.uplinkMessageMs / FRAME_MS;
            for (const name of PASSED_ON) owed.set(name, 0);
            const [wanted, given] = [resume, observation.resume].map((point) => JSON.stringify(point));
            if (wanted !== given) report(`the conversation goes on at ${given}, and was left at ${wanted}`);
            return;
          }
          case 'socketCreated':
            attemptOf.set(observation.socket, attempt);
            return;
          case 'socketClosing':
          case 'socketClosed':
            over.add(attemptOf.get(observation.socket) ?? -1);
            return;
          case 'resumePointTaken':
            resume = observation.resume;
            return;
          case 'vendorSaid': {
            const { type } = observation.event;
            if (over.has(observation.attempt)) report(`${type} of an old connection was looked at`);
            if ((PASSED_ON as readonly string[]).includes(type)) balance(type, 1);
            return;
          }
          case 'event':
            if (observation.name === 'statusChanged')
              ({ status } = observation.event as SessionEvents['statusChanged']);
            if (observation.name === 'handedOver') held = attempt;
            if (observation.name === 'congested')
              congestedMs += (observation.event as SessionEvents['congested']).droppedMs;
            if (observation.name === 'speechLost')
              lostMs += (observation.event as SessionEvents['speechLost']).durationMs;
            // Told, so no loss without a word: the next connection begins a new conversation.
            if (observation.name === 'disconnected' && (observation.event as DisconnectReason).code === GONE)
              resume = undefined;
            if ((PASSED_ON as readonly string[]).includes(observation.name)) balance(observation.name, -1);
            return;
          case 'settled':
            if (observation.code === GONE) resume = undefined;
            return;
          case 'concluded':
            // Words of a reply that was cut off are nobody's any more, and are counted.
            balance('agentText', -Math.min(owed.get('agentText') ?? 0, observation.stats.downlink?.deadTexts ?? 0));
            for (const [name, count] of owed) if (count > 0) report(`${count} × ${name} never reached a listener`);
            if (status === 'disconnected' || status === 'failed') checkSpeech(observation.stats);
            return;
          default:
        }
      },
    };
  },
};
