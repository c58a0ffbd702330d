// This file puts a call's state on the page. It writes only what differs, so that screen readers hear changes once.
import { isLive, type CallState } from '../call/callState.ts';
import type { Problem } from '../call/problem.ts';
import { describeCallButton, describeStatus } from '../call/wording.ts';
import type { PageElements } from './elements.ts';

export function renderCall(page: PageElements, state: CallState): void {
  const live = isLive(state.status);
  setText(page.callLabel, describeCallButton(state));
  page.callButton.dataset['kind'] = live ? 'stop' : 'start';
  page.muteButton.setAttribute('aria-pressed', String(state.isMuted));
  setText(page.status, describeStatus(state));
  page.statusDot.dataset['status'] = state.status;
  page.statusDot.dataset['agent'] = state.agentState;
  renderProblem(page.problem, state.problem);
  page.interruptButton.disabled = state.status !== 'connected';
  page.text.disabled = page.sendButton.disabled = state.status !== 'connected';
  page.agent.disabled = live;
  for (const option of [page.options.echoCancellation, page.options.noiseSuppression, page.options.autoGainControl]) {
    // They are part of opening the microphone: a running call cannot change them.
    option.disabled = live;
  }
}

export function renderProblem(parts: PageElements['problem'], problem: Problem | null): void {
  parts.box.hidden = problem === null;
  parts.box.dataset['kind'] = problem?.kind ?? '';
  setText(parts.text, problem?.text ?? '');
  setText(parts.code, problem?.code ?? '');
  parts.retryButton.hidden = problem?.canRetry !== true;
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
