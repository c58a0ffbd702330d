import { describe, expect, test } from 'vitest';
import type { AgentFactory } from '../src/core.ts';
import { createAmigoRig } from './support/amigoRig.ts';
import { NotesClient } from './support/notesClient.ts';
import { makeUserSpeech } from './support/rig.ts';

const AGENT: AgentFactory = ({ say }) => {
  const answer = (): void => say({ text: 'Yes.', pcm: new Int16Array(1600).fill(1000) });
  return { userSpeechEnded: answer, userTextReceived: answer, opened: answer };
};

function setUp() {
  const rig = createAmigoRig({ agent: AGENT });
  const notes = new NotesClient(rig.network, rig.clock);
  notes.signIn();
  return { rig, notes };
}

describe("Amigo's two surfaces", () => {
  test('a conversation made over HTTP is continued on a socket, and its messages are one list', () => {
    const { rig, notes } = setUp();
    const id = notes.create();
    notes.finish(notes.openText(id, 'written over HTTP'));
    const socket = rig.connect({ token: notes.token, query: 'response_format=text' }).continue(id);
    expect(socket.types).toEqual(['conversation-retrieved']);
    socket.say('written on the socket').wait(3000).finish(500).leave();
    const { messages } = JSON.parse(notes.messages(id).body) as {
      messages: { message: string; interaction_id: string }[];
    };
    const said = ['Yes.', 'written over HTTP', 'Yes.', 'written on the socket', 'Yes.'];
    expect(messages.map(({ message }) => message)).toEqual(said);
    expect(messages.every(({ interaction_id }) => /^[a-f0-9]{24}$/.test(interaction_id))).toBe(true);
    expect(notes.openText(id, 'too late').status).toBe(409);
  });

  test('while one surface works on a conversation, the other is refused: 4009 and 409', () => {
    const { rig, notes } = setUp();
    const id = notes.create();
    const note = notes.openVoice(id, makeUserSpeech(400));
    expect(rig.connect({ token: notes.token }).continue(id).closeCode).toBe(4009);
    notes.finish(note);
    const socket = rig.connect({ token: notes.token }).continue(id);
    expect(socket.types).toEqual(['conversation-retrieved']);
    expect([notes.openText(id, 'hi').status, notes.finishConversation(id).status]).toEqual([409, 409]);
    socket.leave();
    expect(notes.openText(id, 'hi').status).toBe(200);
  });

  test('a user has one unfinished conversation with a service, whichever surface made it', () => {
    const { rig, notes } = setUp();
    const id = notes.create();
    expect(rig.converse({ token: notes.token }).closeCode).toBe(4009);
    expect(notes.finishConversation(id).status).toBe(204);
    const socket = rig.converse({ token: notes.token });
    expect(notes.openCreate().status).toBe(400);
    expect(notes.list({ is_finished: false }).body).toContain(socket.conversationId);
  });

  test.each([
    ['token-no-permission', 403, 3003],
    ['token-expired', 401, 3000],
    ['token-wrong-region', 404, 4004],
  ])('fault %s of the sign-in is %d over HTTP, and %d on a socket', (fault, status, code) => {
    const { rig, notes } = setUp();
    notes.signIn({}, `?fault=${fault}`);
    expect(notes.list().status).toBe(status);
    expect(rig.connect({ token: notes.token }).closeCode).toBe(code);
  });
});
