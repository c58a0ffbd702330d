// This file shortens texts that are kept.

/** Its first `maxChars` characters. What is left out can be collected: engines make a slice a view that holds all of the text. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  // The round trip makes a text of its own, and keeps what UTF-8 cannot: half a pair at the cut.
  return JSON.parse(JSON.stringify(text.slice(0, maxChars))) as string;
}
