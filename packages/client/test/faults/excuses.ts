// This file knows what a client cannot know, and which rules its server sees broken by that.
import type { Observation } from './observation.ts';

/** A connection that ends before the server told the conversation's name leaves one that cannot be gone on with. */
const LOST_NAME = ['A-16', 'A-52'];
/** Said into silence, an interruption may meet a reply on its way, which is heard and interrupted once more. */
const CROSSED_REPLY = ['D-12'];
/** Detection goes off before a finish, which ends what the user is saying: the agent turns to it as the finish is on its way. */
const FINISH_MEETS_ANSWER = ['A-17'];

/** Watches one session. */
export class Excuses {
  private openedSockets = 0;
  private readonly accepted = new Set<number>();
  private hasAgentSpoken = false;
  private hasInterruptedSilence = false;
  private isFinishing = false;
  private hasFinishEndedUtterance = false;

  see(observation: Observation): void {
    if (observation.type === 'socketOpened') this.openedSockets += 1;
    if (observation.type === 'called' && observation.method === 'interrupt') {
      this.hasInterruptedSilence ||= !this.hasAgentSpoken;
      this.hasAgentSpoken = false;
    }
    if (observation.type === 'called' && observation.method === 'finish') this.isFinishing = true;
    if (observation.type !== 'vendorSaid') return;
    const { type } = observation.event;
    if (type === 'sessionAccepted') this.accepted.add(observation.attempt);
    if (type === 'userSpeechEnded') this.hasFinishEndedUtterance ||= this.isFinishing;
    if (type === 'agentText' || type === 'agentAudio') this.hasAgentSpoken = true;
  }

  get rules(): readonly string[] {
    return [
      ...(this.accepted.size < this.openedSockets ? LOST_NAME : []),
      ...(this.hasInterruptedSilence ? CROSSED_REPLY : []),
      ...(this.hasFinishEndedUtterance ? FINISH_MEETS_ANSWER : []),
    ];
  }
}
