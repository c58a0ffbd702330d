// This file is an example: a whole conversation with Amigo in which the server detects turns, built from types alone.
import type { SessionCommand, SessionStep } from '../../src/index.ts';
import { amigo, encodeServerMessage, parseClientMessage, type ServerMessage } from '../../src/amigo/index.ts';

/** Holds the conversation without a network, and gives what crossed the wire: `>` from the client, `<` from the server. */
export function holdVadConversation(): string[] {
  const credentials = { token: 'eyJh.eyJz.c2ln' };
  const vendor = amigo({ organization: 'acme', serviceId: '65f0c2a19b7d4e0012ab34cd', credentials });
  const session = vendor.createSession(credentials);
  const lines: string[] = [];

  const take = ({ send, events }: SessionStep) => {
    for (const { payload } of send) {
      const read = parseClientMessage(payload);
      lines.push(`> ${read.ok ? read.message.type : 'unreadable'}`);
    }
    for (const { type } of events) lines.push(`  ${type}`);
  };
  const hear = (message: ServerMessage) => {
    lines.push(`< ${message.type}`);
    take(session.receive(encodeServerMessage(message)));
  };
  const say = (command: SessionCommand) => {
    const result = session.command(command);
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    take(result.step);
  };

  const ids = { interaction_id: '65f0c2a19b7d4e0012ab34c1', message_id: '65f0c2a19b7d4e0012ab34c2' };
  const silence60Ms = new Uint8Array(1920);

  take(session.open());
  hear({ type: 'server.conversation-created', conversation_id: '65f0c2a19b7d4e0012ab34ce' });
  hear({ type: 'server.vad-mode-switched', current_vad_mode_on: true });
  say({ type: 'sendAudio', bytes: silence60Ms });
  say({ type: 'sendAudio', bytes: silence60Ms });
  hear({ type: 'server.vad-speech-started', start: 1.08 });
  hear({ type: 'server.vad-speech-ended', start: 1.08, end: 2.61, transcript: 'where is my order' });
  hear({ type: 'server.new-message', ...ids, message: 'AAAAAA==', sequence_number: 1, stop: true });
  hear({ type: 'server.interaction-complete', ...ids, full_message: 'On its way.', conversation_completed: false });
  say({ type: 'finish' });
  hear({ type: 'server.vad-mode-switched', current_vad_mode_on: false });
  hear({ type: 'server.conversation-completed' });
  lines.push(`  ${session.closed({ code: 1000, reason: '', wasOpen: true }).code}`);
  return lines;
}
