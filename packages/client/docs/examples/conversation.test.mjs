import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestCall, hum } from '@voicewire/client/testing';

const script = [
  { when: 'connected', play: [{ say: 'Hello.', audio: hum(800) }] },
  {
    when: 'userSpoke',
    play: [
      { event: { type: 'transcript', text: 'What time is it?', isFinal: true } },
      { waitMs: 300 },
      { say: 'It is a long story.', audio: hum(3_000) },
    ],
  },
  { when: 'userSpeaks', play: [{ waitMs: 400 }, { say: 'Sorry.', audio: hum(500) }] },
  { when: 'userMessage', play: [{ drop: true }] },
  { when: 'resumed', play: [{ say: 'I am back.', audio: hum(700) }] },
];

await test('a conversation: question, answer, interruption, a broken connection and its resumption', async () => {
  const { agent, clock, microphone, next, run, session } = await createTestCall({ script, delayMs: 40 });
  const said = [];
  session.on('transcript', ({ text }) => said.push(`user: ${text}`));
  session.on('turnCompleted', ({ fullText }) => said.push(`agent: ${fullText}`));

  await run(session.connect());
  await next('agentSpeechEnded');

  microphone.say(hum(1_000));
  const { audibleMs } = await next('agentSpeechStarted');
  assert.equal(session.agentState, 'speaking');
  assert.ok(audibleMs > 2_000);

  await clock.advance(500);
  microphone.say(hum(600));
  const { requestedMs, silentMs } = await next('interrupted');
  assert.ok(silentMs - requestedMs < 20, `silent after ${silentMs - requestedMs} ms`);
  await next('agentSpeechEnded');

  await run(session.sendUserMessage('Are you there?'));
  await next('agentSpeechStarted');
  assert.equal(session.status, 'connected');
  assert.equal(agent.scenesLeft, 0);

  await run(session.disconnect());
  assert.deepEqual(said, ['agent: Hello.', 'user: What time is it?', 'agent: Sorry.']);
  assert.equal(clock.pendingTimers, 0);
});
