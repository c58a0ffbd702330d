// This file lets people choose whom to talk to.
import { AGENT_TITLES, DEFAULT_AGENT, type Agent } from '../call/agents.ts';

export class AgentPicker {
  private agents: readonly Agent[] = [DEFAULT_AGENT];

  /**
   * @param select    Empty, or with the default agent in it.
   * @param onChosen  Called with every choice, the first one included.
   */
  constructor(
    private readonly select: HTMLSelectElement,
    private readonly onChosen: (agent: Agent) => void,
  ) {
    select.addEventListener('change', () => onChosen(this.chosen));
    this.offer(this.agents);
  }

  get chosen(): Agent {
    return this.agents[this.select.selectedIndex] ?? DEFAULT_AGENT;
  }

  /** Puts these in the place of those that were offered, and keeps the choice where it is among them. */
  offer(agents: readonly Agent[]): void {
    const { vendor } = this.chosen;
    this.agents = agents;
    this.select.replaceChildren(...agents.map((agent) => new Option(AGENT_TITLES[agent.vendor], agent.vendor)));
    this.select.value = agents.some((agent) => agent.vendor === vendor) ? vendor : DEFAULT_AGENT.vendor;
    this.onChosen(this.chosen);
  }
}
