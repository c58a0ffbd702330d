// This file says what is wrong with the contents of a package that publint does not look at.

/**
 * @param {{ name: string, files: readonly string[], manifest: { dependencies?: Record<string, string> } }} packed
 *   `manifest` as it stands in the tarball.
 * @returns {string[]}
 */
export function tarballProblems({ files, manifest }) {
  const missing = ['README.md', 'LICENSE'].filter((file) => !files.includes(file));
  const stowaways = files.filter((file) => /\.(test|contract|bench)\.|(^|\/)(test|node_modules)\//.test(file));
  const local = Object.entries(manifest.dependencies ?? {}).filter(([, range]) =>
    /^(workspace|file|link):/.test(range),
  );
  return [
    ...missing.map((file) => `${file} is missing`),
    ...stowaways.map((file) => `${file} is of no use to a user; leave it out of the build`),
    ...local.map(([name, range]) => `${name} is "${range}", which nobody outside this workspace can install`),
  ];
}
